import type { PlateEvidence } from '../matching/evidence.ts';
import type { Passage } from '../passages/passages.ts';
import { BEFORE_ALL, keptEarlier, type UpToInterval, type WithEarlier } from './up-to-interval.ts';

/**
 * What a single camera takes for what: a lens, a font or a model may always read one character as another, of which the shipped
 * confusions of all cameras know nothing. Counted of pairs that were read differently at both ends and have left the state, so that who
 * is read right costs nothing. Single characters only: no plate can be read back.
 */
export interface CameraConfusions extends WithEarlier<CharactersLearned> {
  readonly garageId: string;
  readonly cameraId: string;
}

interface CharactersLearned extends UpToInterval {
  readonly characters: readonly CharacterReads[];
}

export function nothingLearnedOfCamera(garageId: string, cameraId: string): CameraConfusions {
  return { garageId, cameraId, interval: BEFORE_ALL, characters: [], earlier: [] };
}

/** Of the plates with that character: how many there were, and how many had it read as another one wherever it stood. */
interface CharacterReads {
  readonly plate: string;
  readonly seen: number;
  readonly readAs: readonly { readonly read: string; readonly times: number }[];
}

/** A camera takes a character for another, with this share of the plates that have it. */
export interface Confusion {
  readonly from: string;
  readonly to: string;
  readonly share: number;
}

/** What the camera confuses so often that each of its reads is to be taken with that in mind. Mostly nothing. */
export function confusionsOf(characters: readonly CharacterReads[]): readonly Confusion[] {
  const found: Confusion[] = [];
  for (const { plate, seen, readAs } of characters) {
    for (const { read, times } of readAs) {
      const counted = times / (seen + 1);
      if (seen < LEAST_SEEN || counted < LEAST_COUNTED) continue;
      // Counted are only plates of which something was misread: of those read right there are many more.
      const share = (MISREAD_ELSE * counted) / (1 - counted * (1 - MISREAD_ELSE));
      found.push({ from: plate, to: read, share });
    }
  }
  return found;
}

const LEAST_SEEN = 8;
const LEAST_COUNTED = 0.75;
/** How many plates are misread in another place. */
const MISREAD_ELSE = 0.1;

/** One end of a pair, as one camera read it. */
export interface EndRead {
  readonly cameraId: string;
  readonly plate: string;
}

/** As which the camera that read the passage's plate did so; null: its plate was made out of several. */
export function endRead({ evidence, reads }: Passage): EndRead | null {
  const read = reads.find(({ plate }) => plate === evidence.plate);
  return read === undefined ? null : { cameraId: read.cameraId, plate: read.plate };
}

/**
 * What the two ends of one stay, read differently, teach of each one's camera. Either may have misread: the one that did so before, else
 * it is held against both.
 * @param known what is counted of either one's camera
 * @param interval in which the stay left the state: never before that of one that taught already
 */
export function confusionsLearned(
  one: EndRead, other: EndRead, known: readonly [CameraConfusions, CameraConfusions], interval: number,
): readonly [CameraConfusions, CameraConfusions] {
  if (!differReadably(one.plate, other.plate)) return known;
  let [ofOne, ofOther] = ['', ''];
  for (let i = 0; i < one.plate.length; i++) {
    const [read, otherRead] = [one.plate[i]!, other.plate[i]!];
    const before = timesOf(known[0], otherRead, read) - timesOf(known[1], read, otherRead);
    // What the vehicle's plate is, as far as each camera is asked.
    ofOne += before < 0 ? read : otherRead;
    ofOther += before > 0 ? otherRead : read;
  }
  return [counted(known[0], ofOne, one.plate, interval), counted(known[1], ofOther, other.plate, interval)];
}

/** They are of one length, and so few characters stand for others that it can be told which for which. */
function differReadably(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const pairs = new Set<string>();
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) pairs.add(one[i]! + other[i]!);
  return pairs.size > 0 && pairs.size <= MOST_PAIRS;
}

const MOST_PAIRS = 2;

function timesOf({ characters }: CameraConfusions, plate: string, read: string): number {
  return characters.find((each) => each.plate === plate)?.readAs.find((each) => each.read === read)?.times ?? 0;
}

function counted(known: CameraConfusions, plate: string, read: string, interval: number): CameraConfusions {
  const characters = known.characters.slice();
  for (const character of new Set(plate)) {
    const at = characters.findIndex((each) => each.plate === character);
    const before = at < 0 ? { plate: character, seen: 0, readAs: [] } : characters[at]!;
    const as = alwaysReadAs(character, plate, read);
    const readAs = before.readAs.map((each) => (each.read === as ? { ...each, times: each.times + 1 } : each));
    if (as !== null && as !== character && !readAs.some((each) => each.read === as)) readAs.push({ read: as, times: 1 });
    characters[at < 0 ? characters.length : at] = forgotten({ plate: character, seen: before.seen + 1, readAs });
  }
  const before = { interval: known.interval, characters: known.characters };
  return { ...known, interval, characters, earlier: keptEarlier(known, interval, before) };
}

/** As which it was read wherever it stands in the plate; null: not as the same everywhere. */
function alwaysReadAs(character: string, plate: string, read: string): string | null {
  let as: string | null = null;
  for (let i = 0; i < plate.length; i++) {
    if (plate[i] !== character) continue;
    if (as !== null && read[i] !== as) return null;
    as = read[i]!;
  }
  return as;
}

/** A camera that was seen to is another one: what is long ago counts half as much, and what was rare not at all. */
function forgotten(reads: CharacterReads): CharacterReads {
  if (reads.seen < MOST_SEEN) return reads;
  const readAs = reads.readAs.filter(({ times }) => times > RARE).map(({ read, times }) => ({ read, times: times / 2 }));
  return { plate: reads.plate, seen: reads.seen / 2, readAs };
}

const MOST_SEEN = 64;
const RARE = 4;

/** A reading with what its camera confuses put right, and what that costs, nats. */
export interface PutRight {
  readonly evidence: PlateEvidence;
  readonly nats: number;
}

/**
 * As far as the other reading says so; null: it says nothing. What it costs: that the camera confused them, and that each such character
 * may as well be what it was read as.
 */
export function putRight(evidence: PlateEvidence, other: string, confusions: readonly Confusion[]): PutRight | null {
  let { plate } = evidence;
  let nats = 0;
  for (const { from, to, share } of confusions) {
    if (!plate.includes(to) || !other.includes(from)) continue;
    const isAligned = plate.length === other.length;
    let right = '';
    let doubtful = 0;
    for (let i = 0; i < plate.length; i++) {
      const isConfused = plate[i] === to;
      if (isConfused) doubtful++;
      right += isConfused && (!isAligned || other[i] === from) ? from : plate[i]!;
    }
    if (right === plate) continue;
    plate = right;
    nats += Math.log(share) - doubtful * Math.log1p(share);
  }
  return plate === evidence.plate ? null : { evidence: { ...evidence, plate }, nats };
}

/** Other plates that the reading may be of: all that its camera takes for another is that, or one of several is. */
export function mayBe(plate: string, confusions: readonly Confusion[]): string[] {
  const plates: string[] = [];
  for (const { from, to } of confusions) {
    const first = plate.indexOf(to);
    if (first < 0) continue;
    plates.push(plate.replaceAll(to, from));
    if (plate.indexOf(to, first + 1) < 0) continue;
    for (let i = first; i < plate.length; i++) if (plate[i] === to) plates.push(plate.slice(0, i) + from + plate.slice(i + 1));
  }
  return plates;
}

/** As what a camera reads the plate that confuses so. */
export function confusedBy(confusions: readonly Confusion[], plate: string): string {
  return [...plate].map((character) => confusions.find(({ from }) => from === character)?.to ?? character).join('');
}
