import type { Direction } from '../../records/records.ts';

/** What a read tells of the way that the vehicle went. */
interface DirectedRead {
  /** ms UTC */
  readonly at: number;
  readonly cameraId: string;
  /** What the camera told. */
  readonly word: Direction;
  readonly laneDirection: Direction;
}

/**
 * Whether the vehicle of a passage came and went again: likelier so than that it went one way, and cameras told some of its
 * directions wrong. A camera may err once; it may be mounted the wrong way round, and then its word changes all the same; a
 * vehicle seldom drives against a lane. Who turns round is out of sight for a moment, so that the longest pause by far between
 * two reads speaks for it.
 *
 * @param reads of one passage, by time
 * @param besides nats: what else speaks for it
 */
export function hasTurned(reads: readonly DirectedRead[], besides = 0): boolean {
  // Nearly always so, and nothing is made for it.
  if (reads.every(({ word }) => word === reads[0]!.word)) return false;
  const spoken = reads.filter(({ word }) => word !== 'UNKNOWN');
  if (spoken.every(({ word }) => word === spoken[0]!.word)) return false;
  const { laneDirection } = spoken[0]!;
  const directions: readonly Way[] = laneDirection === 'UNKNOWN' ? ['IN', 'OUT'] : [laneDirection];
  const onward = Math.max(...(['IN', 'OUT'] as const).map((way) => logLikelihood(reads, 0, way) + (directions.includes(way) ? 0 : AGAINST_LANE)));
  const pauses = reads.slice(1).map(({ at }, i) => at - reads[i]!.at);
  return pauses.some((pauseMs, i) => {
    if (pauseMs < (isSeenByOne(reads, i + 1) ? TURNING_MS : TURNING_BETWEEN_MS)) return false;
    const isLongest = pauses.every((otherMs, other) => other === i || otherMs * FAR_LONGER <= pauseMs);
    return directions.some((way) => logLikelihood(reads, i + 1, opposite(way)) + TURNS + besides + (isLongest ? PAUSES : 0) > onward);
  });
}

type Way = Exclude<Direction, 'UNKNOWN'>;

/** Of what cameras told, nats: the vehicle went that way from the read at that index on, and the other way before. */
function logLikelihood(reads: readonly DirectedRead[], from: number, way: Way): number {
  const told = new Map<string, { right: number; wrong: number }>();
  reads.forEach(({ cameraId, word }, i) => {
    if (word === 'UNKNOWN') return;
    const words = told.get(cameraId) ?? { right: 0, wrong: 0 };
    told.set(cameraId, words);
    if (word === (i < from ? opposite(way) : way)) words.right++;
    else words.wrong++;
  });
  let sum = 0;
  for (const { right, wrong } of told.values()) sum += Math.max(wrong * WRONG_WORD, right * WRONG_WORD + MOUNTED_WRONG);
  return sum;
}

/** A camera told directions before that read and from it on. */
function isSeenByOne(reads: readonly DirectedRead[], from: number): boolean {
  return reads.some(({ cameraId, word }, i) => i < from && word !== 'UNKNOWN' &&
    reads.some((other, j) => j >= from && other.cameraId === cameraId && other.word !== 'UNKNOWN'));
}

function opposite(way: Way): Way {
  return way === 'IN' ? 'OUT' : 'IN';
}

/** Nobody stops, shifts and backs out in less. */
const TURNING_MS = 4_000;
/** Clocks of cameras differ by seconds: sooner than this, one of two that contradict each other is rather wrong about where it went. */
const TURNING_BETWEEN_MS = 8_000;

/** Nats. Three words in a hundred are wrong where cameras are bad, and as many cameras are mounted the wrong way round. */
const WRONG_WORD = Math.log(0.03);
const MOUNTED_WRONG = Math.log(0.02);
/** Two or three vehicles in a thousand drive against their lane; as many turn round. */
const AGAINST_LANE = Math.log(0.0025);
const TURNS = Math.log(0.003);
/** A pause far longer than any other is so much commoner where a vehicle turned. */
const FAR_LONGER = 2;
const PAUSES = Math.log(30);
