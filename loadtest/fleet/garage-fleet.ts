/** The garages of a fleet, in the form of a garages file (times as RFC 3339). */

export interface GarageEntry {
  readonly garageId: string;
  readonly operatorId: string;
  readonly name: string;
  readonly timezone: string;
  readonly capacity: number;
  readonly lanes: readonly LaneEntry[];
  readonly tariffs: readonly TariffEntry[];
}

export interface LaneEntry {
  readonly laneId: string;
  readonly direction: 'in' | 'out' | 'both';
  readonly adjacent: readonly string[];
  readonly cameras: readonly CameraEntry[];
}

export interface CameraEntry {
  readonly cameraId: string;
  readonly view: 'front' | 'rear' | 'overview';
  readonly serial?: string;
}

export interface TariffEntry {
  readonly tariffVersion: string;
  readonly validFrom: string;
  readonly currency: string;
  readonly freeMinutes: number;
  readonly incrementMinutes: number;
  readonly incrementMinor: number;
  readonly dailyCapMinor: number | null;
  readonly vatBasisPoints: number;
}

/**
 * Garage `index` of a fleet: cameras and tariff differ from one to the next, and lanes too
 * unless their number is given.
 */
export function garageEntry(prefix: string, index: number, capacity: number, lanes: number | null): GarageEntry {
  const garageId = `${prefix}-${String(index + 1).padStart(4, '0')}`;
  const layout = lanes === null ? LAYOUTS[index % LAYOUTS.length]! : alternating(lanes);
  const laneIds = layout.map((direction, lane) => `${garageId}-${direction}${lane + 1}`);
  return {
    garageId,
    operatorId: `operator-${1 + (index % 3)}`,
    name: `Garage ${index + 1}`,
    timezone: 'Europe/Oslo',
    capacity,
    lanes: layout.map((direction, lane) => ({
      laneId: laneIds[lane]!,
      direction,
      adjacent: laneIds.filter((_, other) => Math.abs(other - lane) === 1),
      cameras: cameras(laneIds[lane]!, (index + lane) % 3 === 0),
    })),
    tariffs: [tariffOf(index)],
  };
}

const LAYOUTS: readonly (readonly LaneEntry['direction'][])[] = [
  ['in', 'out'],
  ['in', 'in', 'out', 'out'],
  ['both'],
  ['in', 'out', 'both'],
];

/** Tariff of garage `index`: two garages in a row have the same. */
export function tariffOf(index: number): TariffEntry {
  return TARIFFS[Math.floor(index / 2) % TARIFFS.length]!;
}

function alternating(lanes: number): LaneEntry['direction'][] {
  return lanes === 1 ? ['both'] : Array.from({ length: lanes }, (_, lane) => (lane % 2 === 0 ? 'in' : 'out'));
}

function cameras(laneId: string, two: boolean): LaneEntry['cameras'] {
  const front = { cameraId: `${laneId}-c1`, view: 'front' as const };
  return two ? [front, { cameraId: `${laneId}-c2`, view: 'overview' }] : [front];
}

const IN_FORCE = { validFrom: '2010-01-01T00:00:00Z', currency: 'NOK', vatBasisPoints: 2500 };

/** An airport, a town square, a hospital and a shopping centre. */
const TARIFFS: readonly TariffEntry[] = [
  {
    tariffVersion: 'airport-1', freeMinutes: 10, incrementMinutes: 30,
    incrementMinor: 3500, dailyCapMinor: 21_000, ...IN_FORCE,
  },
  {
    tariffVersion: 'square-1', freeMinutes: 0, incrementMinutes: 60,
    incrementMinor: 3200, dailyCapMinor: null, ...IN_FORCE,
  },
  {
    tariffVersion: 'hospital-1', freeMinutes: 15, incrementMinutes: 60,
    incrementMinor: 3200, dailyCapMinor: 6600, ...IN_FORCE,
  },
  {
    tariffVersion: 'centre-1', freeMinutes: 120, incrementMinutes: 15,
    incrementMinor: 1000, dailyCapMinor: 15_000, ...IN_FORCE,
  },
];
