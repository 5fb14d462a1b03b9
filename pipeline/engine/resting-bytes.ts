/**
 * The changelog bytes of values at rest, outside the collector's heap. Values that come to rest together mostly leave
 * together, so they are laid one after the other into segments, and a segment is used anew when its last one has left.
 */
export class RestingBytes {
  private open: Segment = newSegment(SEGMENT_BYTES);
  private spare: Segment | null = null;

  /** Copies them; whoever keeps the answer gives it back with `release`, once. */
  keep(from: Uint8Array, start: number, end: number): Resting {
    const length = end - start;
    if (length > SEGMENT_BYTES) return this.place(newSegment(length), from, start, end);
    if (this.open.end + length > SEGMENT_BYTES) {
      const full = this.open;
      this.open = this.spare ?? newSegment(SEGMENT_BYTES);
      this.spare = null;
      if (full.live === 0) this.reuse(full);
    }
    return this.place(this.open, from, start, end);
  }

  release({ segment }: Resting): void {
    segment.live -= 1;
    if (segment.live === 0) this.reuse(segment);
  }

  private place(segment: Segment, from: Uint8Array, start: number, end: number): Resting {
    const at = segment.end;
    const { bytes } = segment;
    // Shorter than the call that would copy them.
    for (let i = start, to = at; i < end; i++, to++) bytes[to] = from[i]!;
    segment.end = at + end - start;
    segment.live += 1;
    return { segment, at, length: end - start };
  }

  private reuse(segment: Segment): void {
    segment.end = 0;
    if (segment !== this.open && segment.bytes.length === SEGMENT_BYTES) this.spare = segment;
  }
}

/** Where the bytes are. */
export interface Resting {
  readonly segment: Segment;
  readonly at: number;
  readonly length: number;
}

interface Segment {
  readonly bytes: Buffer;
  end: number;
  /** Values in it that are not released. */
  live: number;
}

function newSegment(sizeBytes: number): Segment {
  return { bytes: Buffer.allocUnsafeSlow(sizeBytes), end: 0, live: 0 };
}

const SEGMENT_BYTES = 256 * 1024;
