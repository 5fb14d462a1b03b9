import type { PlateEvidence } from './evidence.ts';
import { LookAlikePattern, LOST_TOGETHER } from './look-alike-distance.ts';
import { LONGEST_PLATE, writeClasses } from './symbols.ts';

/**
 * Plates of numbered evidences, to be compared one by one with a plate that somebody asks for: cheap to keep, in memory
 * apart from the collector's heap. Nearly all are told from it by which look-alike classes stand in them, as bits.
 */
export class WaitingPlates {
  private classes = new Uint8Array(FIRST_PLACES * LONGEST_PLATE);
  /** 255: the evidence has candidates. */
  private lengths = new Uint8Array(FIRST_PLACES);
  /** Classes of any of the evidence's plates, and of all of them. */
  private any = new Int32Array(FIRST_PLACES);
  private all = new Int32Array(FIRST_PLACES);
  private readonly pattern = new LookAlikePattern();
  private asked = 0;

  put(place: number, { plate, candidates }: PlateEvidence): void {
    if (place === this.lengths.length) this.grow();
    const from = place * LONGEST_PLATE;
    const length = writeClasses(plate, this.classes, from);
    let any = bitsOf(this.classes, from, length);
    let all = any;
    for (let i = 0; i < candidates.length; i++) {
      const bits = bitsOf(candidate, 0, writeClasses(candidates[i]!.plate, candidate));
      any |= bits;
      all &= bits;
    }
    this.lengths[place] = candidates.length === 0 ? length : SEVERAL;
    this.any[place] = any;
    this.all[place] = all;
  }

  move(from: number, to: number): void {
    const { classes } = this;
    for (let i = 0; i < LONGEST_PLATE; i++) classes[to * LONGEST_PLATE + i] = classes[from * LONGEST_PLATE + i]!;
    this.lengths[to] = this.lengths[from]!;
    this.any[to] = this.any[from]!;
    this.all[to] = this.all[from]!;
  }

  /** With which plate `mayBeNear` compares. */
  ask(plate: string): void {
    const { pattern } = this;
    const length = writeClasses(plate, pattern.classes);
    pattern.use(length);
    this.asked = bitsOf(pattern.classes, 0, length);
  }

  /** False: none of the evidence's plates is near the one asked for, as `look-alike-distance.ts` has it. */
  mayBeNear(place: number): boolean {
    const lost = bitCount(this.asked & ~this.any[place]!);
    const gained = bitCount(this.all[place]! & ~this.asked);
    if (lost > LOST_TOGETHER || gained > LOST_TOGETHER) return false;
    const length = this.lengths[place]!;
    return length === SEVERAL || this.pattern.isNear(this.classes, place * LONGEST_PLATE, length);
  }

  private grow(): void {
    this.classes = widened(this.classes, new Uint8Array(2 * this.classes.length));
    this.lengths = widened(this.lengths, new Uint8Array(2 * this.lengths.length));
    this.any = widened(this.any, new Int32Array(2 * this.any.length));
    this.all = widened(this.all, new Int32Array(2 * this.all.length));
  }
}

const FIRST_PLACES = 16;
const SEVERAL = 255;
const candidate = new Uint8Array(LONGEST_PLATE);

/** One bit for two classes: what shares a bit can only make plates look nearer than they are. */
function bitsOf(classes: Uint8Array, from: number, length: number): number {
  let bits = 0;
  for (let i = from; i < from + length; i++) bits |= 1 << (classes[i]! & 31);
  return bits;
}

/** How many bits are set. */
function bitCount(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function widened<T extends Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
