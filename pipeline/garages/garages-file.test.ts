import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaText } from '../records/codec.ts';
import { defaultSettings, parseGarages } from './garages-file.ts';

const smallest = { garageId: 'p4', timezone: 'Europe/Oslo', lanes: [{ laneId: 'a', direction: 'both' }] };

test('a garage needs only its id, its zone and its lanes', () => {
  assert.deepEqual(parseGarages([smallest]), [{
    garageId: 'p4', operatorId: 'default', name: '', timezone: 'Europe/Oslo', capacity: 0,
    lanes: [{ laneId: 'a', direction: 'both', adjacent: [], cameras: [] }],
    tariffs: [],
    settings: {
      passageGapMs: 30_000, allowedLatenessMs: 120_000, horizonMs: 172_800_000,
      forgetAfterMs: 2_592_000_000, overstayAfterMs: 604_800_000,
    },
    paymentWindowMs: 172_800_000, merchant: 'default',
  }]);
});

test('a garage that says nothing of its settings gets the defaults of the schema', () => {
  const schema: { fields: { name: string; default: unknown }[] } = JSON.parse(schemaText('Garage'));
  assert.deepEqual(schema.fields.find(({ name }) => name === 'settings')!.default, defaultSettings);
});

test('a camera may be named by its id alone', () => {
  const lanes = [{ laneId: 'a', direction: 'in', cameras: ['c1', { cameraId: 'c2', view: 'rear', serial: 'x' }] }];
  const [garage] = parseGarages([{ ...smallest, lanes }]);
  assert.deepEqual(garage!.lanes[0]!.cameras, [
    { cameraId: 'c1', view: 'front', serial: '', directions: {} },
    { cameraId: 'c2', view: 'rear', serial: 'x', directions: {} },
  ]);
});

test('a camera\'s words for directions are kept in lower case', () => {
  const cameras = [{ cameraId: 'c', serial: 's', directions: { Approaching: 'in', '135-225': 'out' } }];
  const [garage] = parseGarages([{ ...smallest, lanes: [{ laneId: 'a', direction: 'both', cameras }] }]);
  assert.deepEqual(garage!.lanes[0]!.cameras[0]!.directions, { approaching: 'in', '135-225': 'out' });
});

/** What a tariff in the short form leaves to the defaults. */
const plain = {
  freeMinutesFromEntry: true, freeMinutesReentry: 0, holidayCountry: 'NO',
  rateLineCollections: [], maxValues: [], permitTerms: [],
};

test('tariffs are kept oldest first, their times as instants', () => {
  const tariffs = [
    {
      tariffVersion: 'new',
      validFrom: '2026-07-01T00:00:00+02:00',
      incrementMinutes: 30,
      incrementMinor: 3_500,
      dailyCapMinor: 21_000,
    },
    {
      tariffVersion: 'old', incrementMinutes: 60, incrementMinor: 3_200,
      freeMinutes: 10, vatBasisPoints: 0, currency: 'EUR',
    },
  ];
  const [garage] = parseGarages([{ ...smallest, tariffs }]);
  assert.deepEqual(garage!.tariffs, [
    {
      tariffVersion: 'old', validFrom: 0, currency: 'EUR', freeMinutes: 10, incrementMinutes: 60,
      incrementMinor: 3_200, dailyCapMinor: null, vatBasisPoints: 0, ...plain,
    },
    {
      tariffVersion: 'new', validFrom: Date.UTC(2026, 5, 30, 22), currency: 'NOK', freeMinutes: 0,
      incrementMinutes: 30, incrementMinor: 3_500, dailyCapMinor: 21_000, vatBasisPoints: 2_500, ...plain,
    },
  ]);
});

const lane = smallest.lanes[0]!;
const tariff = { tariffVersion: 't', incrementMinutes: 30, incrementMinor: 100 };
const perHour = { type: 'incrementingRate', incrementPeriod: 60, valueMinor: 1 };
const tier = { type: 'flatRateTier', incrementPeriod: null, valueMinor: 1 };
const withCollection = (changes: object) => ({
  ...smallest,
  tariffs: [{ tariffVersion: 't', rateLineCollections: [{ rateLines: [perHour], ...changes }] }],
});
const withLines = (...lines: object[]) => withCollection({ rateLines: lines.map((line) => ({ ...perHour, ...line })) });
const withCap = (cap: object) => ({ ...smallest, tariffs: [{ ...tariff, maxValues: [{ valueMinor: 1, ...cap }] }] });
const refusals: readonly [string, unknown[], RegExp][] = [
  ['without an id', [{ ...smallest, garageId: undefined }], /garage number 1: garageId is missing/],
  ['that stands there twice', [smallest, smallest], /garage 'p4' stands there twice/],
  [
    'of the operator that stands for all', [{ ...smallest, operatorId: '*' }],
    /garage 'p4': operatorId must be an id other than \*/,
  ],
  [
    'in a zone that does not exist', [{ ...smallest, timezone: 'Europe/Hamar' }],
    /garage 'p4': timezone must be an IANA time zone/,
  ],
  ['in a zone that is a plain offset', [{ ...smallest, timezone: '+01:00' }], /timezone must be an IANA/],
  ['without lanes', [{ ...smallest, lanes: [] }], /garage 'p4': lanes must be a list of at least one lane/],
  [
    'with a lane in no direction', [{ ...smallest, lanes: [{ ...lane, direction: 'up' }] }],
    /garage 'p4', lanes\[0\]: direction must be in, out or both/,
  ],
  ['with two lanes of one id', [{ ...smallest, lanes: [lane, lane] }], /garage 'p4': lane 'a' stands there twice/],
  [
    'with one camera on two lanes',
    [{ ...smallest, lanes: [{ ...lane, cameras: ['c'] }, { ...lane, laneId: 'b', cameras: ['c'] }] }],
    /camera 'c' stands there twice/,
  ],
  [
    'with a direction that is none',
    [{ ...smallest, lanes: [{ ...lane, cameras: [{ cameraId: 'c', directions: { forward: 'up' } }] }] }],
    /garage 'p4', lanes\[0\], cameras\[0\]: directions must be such as/,
  ],
  [
    'with degrees beyond the circle',
    [{ ...smallest, lanes: [{ ...lane, cameras: [{ cameraId: 'c', directions: { '10-400': 'in' } }] }] }],
    /directions must be such as/,
  ],
  [
    'with directions that are a list',
    [{ ...smallest, lanes: [{ ...lane, cameras: [{ cameraId: 'c', directions: ['in'] }] }] }],
    /directions must be an object of texts/,
  ],
  ['with one serial on two cameras', [{ ...smallest, lanes: [{ ...lane, cameras: [{ cameraId: 'c', serial: 'aa:bb:cc:dd:ee:01' }, { cameraId: 'd', serial: 'AABBCCDDEE01' }] }] }], /cameras 'c' of garage 'p4' and 'd' of garage 'p4' have the same serial/],
  [
    'with a strange lane as adjacent',
    [{ ...smallest, lanes: [{ ...lane, adjacent: ['z'] }] }], /lane 'a' names 'z' as adjacent/,
  ],
  [
    'with a lane adjacent to itself',
    [{ ...smallest, lanes: [{ ...lane, adjacent: ['a'] }] }], /lane 'a' names 'a' as adjacent/,
  ],
  [
    'with a tariff of endless periods', [{ ...smallest, tariffs: [{ ...tariff, incrementMinutes: 0 }] }],
    /garage 'p4', tariffs\[0\]: incrementMinutes must be a whole number from 1/,
  ],
  [
    'with a price below nothing', [{ ...smallest, tariffs: [{ ...tariff, incrementMinor: -1 }] }],
    /incrementMinor must be a whole number from 0/,
  ],
  [
    'with a price in fractions of the minor unit',
    [{ ...smallest, tariffs: [{ ...tariff, incrementMinor: 35.5 }] }], /incrementMinor must be a whole number/,
  ],
  [
    'with a tariff that says its price twice', [{ ...smallest, tariffs: [{ ...tariff, rateLineCollections: [] }] }],
    /incrementMinutes must be left out beside rateLineCollections/,
  ],
  [
    'with a rate that ends', [withLines({ durationEnd: 60 })],
    /rateLines must be such that the last has no durationEnd/,
  ],
  [
    'with a gap between two rates', [withLines({ durationEnd: 60 }, { durationStart: 90 })],
    /rateLines must be without gaps/,
  ],
  [
    'with a tier cheaper than the one before',
    [withLines({ ...tier, durationEnd: 60, valueMinor: 2 }, { ...tier, durationStart: 60 })],
    /no flatRateTier is cheaper/,
  ],
  ['with a period of a flat rate', [withLines({ type: 'flatRate' })], /incrementPeriod must be left out of a flatRate/],
  [
    'with hours of no clock', [withCollection({ validity: [{ from: '25:00' }] })],
    /validity\[0\]: from must be a time of day such as 07:00/,
  ],
  [
    'with hours of a strange day', [withCollection({ validity: [{ days: ['lun'] }] })],
    /days\[0\]: day must be mon, tue/,
  ],
  ['with a cap over visits on each visit', [withCap({ period: 'visit', capScope: 'plate' })], /capScope must be visit/],
  [
    'with a reset of a rolling cap',
    [withCap({ period: 'rolling24h', resetTime: '06:00' })], /resetTime must be left out/,
  ],
  [
    'with the holidays of nowhere', [{ ...smallest, tariffs: [{ ...tariff, holidayCountry: 'XX' }] }],
    /holidayCountry must be a country/,
  ],
  [
    'with terms of a permit twice',
    [{ ...smallest, tariffs: [{ ...tariff, permitTerms: [{ kind: 'staff' }, { kind: 'staff' }] }] }],
    /kind 'staff' does not stand there twice/,
  ],
  [
    'with two tariffs from one time', [{ ...smallest, tariffs: [tariff, { ...tariff, tariffVersion: 'u' }] }],
    /validFrom of a tariff '1970-01-01T00:00:00.000Z' stands there twice/,
  ],
  [
    'with a tariff from a day without a time',
    [{ ...smallest, tariffs: [{ ...tariff, validFrom: '2026-01-01' }] }], /validFrom must be a time such as/,
  ],
  [
    'with a cap by a name that nobody knows', [{ ...smallest, tariffs: [{ ...tariff, dailyCap: 21_000 }] }],
    /tariffs\[0\] holds something else than .*dailyCapMinor/,
  ],
  [
    'with a rate line of a misspelt end', [withLines({ durationEnds: 60 })],
    /rateLines\[0\] holds something else than .*durationEnd/,
  ],
  [
    'with a horizon below the allowed lateness', [{ ...smallest, settings: { horizonMs: 1 } }],
    /settings: horizonMs must be at least allowedLatenessMs/,
  ],
];
for (const [what, items, message] of refusals) {
  test(`a garage ${what} is refused, with a message that names the place`, () => {
    assert.throws(() => parseGarages(items), message);
  });
}
