import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentsIn } from './documents.ts';
import { FormatError, type CameraEvent, type CameraFormat } from './format.ts';
import { cameraFormats } from './formats.ts';
import { goldenFiles } from './golden-files.ts';

const files = goldenFiles();
const formatNamed = (name: string): CameraFormat => cameraFormats.find((format) => format.name === name)!;
const bodyOf = (name: string): string => String(files.find((file) => file.name === name)!.body);

async function parse(format: CameraFormat, body: string | Buffer, contentType = ''): Promise<CameraEvent[]> {
  return documentsIn(Buffer.from(body), contentType).flatMap((document) => format.read(document));
}

const seen = ({ original: _, ...event }: CameraEvent): Omit<CameraEvent, 'original'> => event;

for (const { name, format, body, events } of files) {
  test(`${name} is read as its golden events`, async () => {
    assert.deepEqual((await parse(format, body)).map(seen), events);
  });

  test(`what is kept of each event of ${name} is read as that event again`, async () => {
    for (const event of await parse(format, body)) {
      const [again, ...more] = format.read(event.original);
      assert.deepEqual(seen(again!), seen(event));
      assert.deepEqual(more, []);
    }
  });
}

test('every format has a golden file', () => {
  assert.deepEqual(new Set(files.map(({ format }) => format)), new Set(cameraFormats));
});

const picture = Buffer.alloc(100_000, 'picture');

function form(parts: readonly { name: string; fileName?: string; type: string; bytes: string | Buffer }[]): Buffer {
  return Buffer.concat([
    ...parts.flatMap(({ name, fileName, type, bytes }) => [
      Buffer.from(
        `--boundary\r\nContent-Disposition: form-data; name="${name}"${fileName ? `; filename="${fileName}"` : ''}\r\n`,
      ),
      Buffer.from(`Content-Type: ${type}\r\n\r\n`), Buffer.from(bytes), Buffer.from('\r\n'),
    ]),
    Buffer.from('--boundary--\r\n'),
  ]);
}

for (const [name, part] of [
  ['plate-recognizer.json', { name: 'json', type: 'text/plain' }],
  ['hikvision.xml', { name: 'anpr.xml', fileName: 'anpr.xml', type: 'text/xml' }],
  ['axis.json', { name: 'event', fileName: 'event.json', type: 'application/json' }],
  ['dahua.json', { name: 'info', type: 'text/plain' }],
] as const) {
  test(`${name} in a form beside pictures is the same events, in whatever order the parts come`, async () => {
    const { format, body, events } = files.find((file) => file.name === name)!;
    const words = { ...part, bytes: body };
    const pictures = { name: 'upload', fileName: 'plate.jpg', type: 'image/jpeg', bytes: picture };
    for (const parts of [[words, pictures], [pictures, words]]) {
      for (const type of ['multipart/form-data; boundary=boundary', 'multipart/mixed; boundary="boundary"']) {
        assert.deepEqual((await parse(format, form(parts), type)).map(seen), events);
      }
    }
  });

  test(`a form with ${name} that is broken off is refused`, async () => {
    const { format, body } = files.find((file) => file.name === name)!;
    const whole = form([{ ...part, bytes: body }]);
    const type = 'multipart/form-data; boundary=boundary';
    await assert.rejects(parse(format, whole.subarray(0, whole.length - 40), type), FormatError);
    await assert.rejects(parse(format, whole, 'multipart/form-data'), FormatError);
    await assert.rejects(parse(format, '', type), FormatError);
  });
}

test('parts without a name, lines that end without a carriage return and padding are no trouble', async () => {
  const { format, body, events } = files.find(({ name }) => name === 'hikvision.xml')!;
  const plain = Buffer.concat([
    Buffer.from('a preamble\n--b \nContent-Type: application/xml\nContent-Length: 7\n\n'), body,
    Buffer.from('\n--b\n\n'), Buffer.from('{'), Buffer.from('\n--b--\nand an epilogue'),
  ]);
  await assert.rejects(parse(format, plain, 'multipart/mixed; boundary=b'), FormatError);
  const noWords = Buffer.from(String(plain).replace('\n{\n', '\nx\n'));
  assert.deepEqual((await parse(format, noWords, 'multipart/mixed; boundary=b')).map(seen), events);
});

test('a form of very many parts is refused', async () => {
  const parts = Array.from({ length: 2_000 }, (_, i) => ({ name: `p${i}`, type: 'text/plain', bytes: '{}' }));
  await assert.rejects(
    parse(formatNamed('rekor'), form(parts), 'multipart/form-data; boundary=boundary'),
    /too many parts/,
  );
});

test('pictures written into a payload are not kept', async () => {
  const base64 = picture.toString('base64');
  for (const [name, from, to] of [
    ['genetec.json', '"PlateImage": ""', `"PlateImage": "${base64}"`],
    ['tattile.xml', '/9j/4AAQSkZJRg==', base64],
    ['survision.json', '/9j/4AAQSkZJRg==', base64],
  ] as const) {
    const { format, events } = files.find((file) => file.name === name)!;
    const found = await parse(format, bodyOf(name).replace(from, to));
    assert.deepEqual(found.map(seen), events);
    assert(found[0]!.original.length < 2_000);
  }
});

test('a document type, in which entities could be declared, is refused', async () => {
  const entity = '<!DOCTYPE a [<!ENTITY p "EK12345">]>';
  for (const name of ['hikvision.xml', 'tattile.xml']) {
    const { format } = files.find((file) => file.name === name)!;
    const text = bodyOf(name).replace(/^<\?.*?\?>/, entity).replace('EK12345', '&p;');
    await assert.rejects(parse(format, text), (error) =>
      error instanceof FormatError && /document type/.test(error.message));
  }
});

test('a byte order mark before the payload harms nothing', async () => {
  for (const { format, body, events } of files) {
    assert.deepEqual((await parse(format, Buffer.concat([Buffer.from('\ufeff'), body]))).map(seen), events);
  }
});

test('what is not of a format is refused without being quoted', async () => {
  const bodies = [
    '', 'SECRET', '{"plate": "SECRET"', '"SECRET"', '7', 'null', '<SECRET', '<SECRET/>', '[7]', '\u0000\u00ff',
  ];
  for (const format of cameraFormats) {
    for (const body of bodies) {
      const refusal = await parse(format, body).then(() => null, (error: unknown) => error);
      if (refusal === null) continue;
      assert(refusal instanceof FormatError, `${format.name}: ${JSON.stringify(body)}`);
      assert.doesNotMatch(refusal.message, /SECRET/);
    }
  }
});

test('Rekor: a preview of a group is no read, for the group comes again whole', async () => {
  assert.deepEqual(
    await parse(formatNamed('rekor'), bodyOf('rekor.group.json').replace('"is_preview": false', '"is_preview": true')),
    [],
  );
});

test('Hikvision: the first channel is the camera itself, others are named after it', async () => {
  const [one] = await parse(formatNamed('hikvision'), bodyOf('hikvision.xml'));
  const [other] = await parse(
    formatNamed('hikvision'),
    bodyOf('hikvision.xml').replace('<channelID>1', '<channelID>7'),
  );
  assert.equal(one!.serial, 'c4:2f:90:a7:b5:d1');
  assert.equal(other!.serial, 'c4:2f:90:a7:b5:d1/7');
});

test('Hikvision: the country by ISO\'s letters, by CRIndex, by its number, else unknown', async () => {
  const countryFor = async (elements: string): Promise<string> => (await parse(
    formatNamed('hikvision'),
    bodyOf('hikvision.xml').replace('<country>24</country>', elements).replace('<CRIndex>24</CRIndex>', ''),
  ))[0]!.country;
  for (const [elements, country] of [
    ['<country>172</country>', 'US'], ['<country>227</country>', 'AU'], ['<country>46</country>', 'TR'],
    ['<country>253</country><CRIndex>257</CRIndex>', 'HK'], ['<CRIndex>24</CRIndex>', 'NO'],
    ['<country>0</country><ISO-CR>NO</ISO-CR>', 'NO'], ['<country>SWE</country>', 'SE'],
    ['<country>0</country>', 'XX'], ['<country>254</country><CRIndex>254</CRIndex>', 'XX'],
    ['<country>constructor</country>', 'XX'], ['', 'XX'],
  ] as const) assert.equal(await countryFor(elements), country, elements);
});

test('Hikvision: a plate that was not read is none, however that is written', async () => {
  for (const text of ['unknown', 'UNKNOWN', 'noPlate', 'No Plate']) {
    const [event] = await parse(formatNamed('hikvision'), bodyOf('hikvision.xml').replace('>EK12345</l', `>${text}</l`));
    assert.equal(event!.plate, '', text);
  }
});

test('Axis: of a car only the lost event is a read', async () => {
  for (const state of ['new', 'update', 'updated', 'UPDATE']) {
    assert.deepEqual(await parse(formatNamed('axis'), bodyOf('axis.json').replace('"lost"', `"${state}"`)), []);
  }
  await assert.rejects(parse(formatNamed('axis'), bodyOf('axis.json').replace('"lost"', '"gone"')), FormatError);
});

test('Axis: without a capture_timestamp the time is the camera\'s own, in its zone unless it tells one', async () => {
  const withoutStamp = bodyOf('axis.json').replace('"capture_timestamp": "1778998843970",', '');
  const [local] = await parse(formatNamed('axis'), withoutStamp);
  assert.deepEqual(local!.capturedAt, { local: '2026-05-17T08:20:43.970' });
  const [zoned] = await parse(
    formatNamed('axis'),
    withoutStamp.replace('20260517 082043970', '20260517 082043970 +0200'),
  );
  assert.deepEqual(zoned!.capturedAt, { instant: Date.parse('2026-05-17T06:20:43.970Z') });
});
