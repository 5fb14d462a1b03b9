import { OffsetOutOfRangeError, type FetchedBatch, type FetchPosition } from '../engine/log.ts';
import { backOff } from './back-off.ts';
import { readBounds } from './bounds.ts';
import { BrokerError, check, errorCode, isConnectionError, isLeaderMoved } from './broker-error.ts';
import type { Cluster } from './cluster.ts';
import { fetchRequest, type FetchAnswer, type FetchedPartition } from './fetch-request.ts';
import type { Lane } from './lane.ts';
import { readRecords } from './record-reader.ts';

/**
 * Read-committed fetches. A fetch that waits for records blocks its connection at the broker, so every fetch under
 * way has a lane of its own.
 */
export class Fetcher {
  private readonly cluster: Cluster;
  private readonly idle: Lane[] = [];
  /** Since when a partition can't be read though others can; performance.now(). */
  private readonly failingSince = new Map<string, number>();
  private turn = 0;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** See `Log.fetch`. Leaders that move and brokers that are away are waited out for half a minute. */
  async fetch(positions: readonly FetchPosition[], maxWaitMs: number): Promise<FetchedBatch[]> {
    if (positions.length === 0) return [];
    const pause = backOff(FIRST_RETRY_MS, RETRY_MAX_MS, performance.now() + maxWaitMs + AWAY_MS);
    for (;;) {
      try {
        const { batches, problem } = await this.fetchOnce(this.rotated(positions), maxWaitMs);
        if (problem === null || batches.some(hasMoved)) return batches;
        if (!(await pause.wait())) throw problem;
      } catch (error) {
        const moved = error instanceof BrokerError && isLeaderMoved(error.code);
        if ((!moved && !isConnectionError(error)) || !(await pause.wait())) throw error;
        this.cluster.forgetTopics(positions.map(({ topic }) => topic));
      }
    }
  }

  /** The broker fills its answer in the order asked: begin with another one each time, so that none starves. */
  private rotated(positions: readonly FetchPosition[]): FetchPosition[] {
    this.turn = (this.turn + 1) % positions.length;
    return [...positions.slice(this.turn), ...positions.slice(0, this.turn)];
  }

  private async fetchOnce(positions: readonly FetchPosition[], maxWaitMs: number): Promise<Fetched> {
    const byLeader = new Map<number, FetchPosition[]>();
    for (const position of positions) {
      const leader = await this.cluster.leaderOf(position);
      const ofLeader = byLeader.get(leader);
      if (ofLeader === undefined) byLeader.set(leader, [position]);
      else ofLeader.push(position);
    }
    if (byLeader.size > 1) {
      // What is there at once, of all brokers; only when none has anything are they waited for.
      const answers = this.ask(byLeader, 0).map(async (answer) => this.take(await answer, positions));
      const fetched = (await Promise.all(answers)).reduce(merge);
      if (fetched.batches.some(hasMoved) || fetched.problem !== null || maxWaitMs === 0) return fetched;
    }
    return this.firstWithRecords(this.ask(byLeader, maxWaitMs), positions);
  }

  /** One request to each leader. The lane is free for the next fetch when all have answered. */
  private ask(byLeader: ReadonlyMap<number, readonly FetchPosition[]>, maxWaitMs: number): Promise<FetchAnswer>[] {
    const lane = this.idle.pop() ?? this.cluster.openLane();
    const answers = Array.from(byLeader, ([leader, positions]) => lane.send(leader, fetchRequest(positions, maxWaitMs)));
    void Promise.allSettled(answers).then(() => this.idle.push(lane));
    return answers;
  }

  /** The first answer that moves a position; answers after it are dropped, they will be fetched again. */
  private firstWithRecords(
    answers: readonly Promise<FetchAnswer>[], positions: readonly FetchPosition[],
  ): Promise<Fetched> {
    const { promise, resolve, reject } = Promise.withResolvers<Fetched>();
    const all = answers.map(async (answer) => {
      const fetched = await this.take(await answer, positions);
      if (fetched.batches.some(hasMoved)) resolve(fetched);
      return fetched;
    });
    Promise.all(all).then((each) => resolve(each.reduce(merge)), reject);
    return promise;
  }

  private async take(answer: FetchAnswer, positions: readonly FetchPosition[]): Promise<Fetched> {
    check(answer.errorCode, 'fetching');
    const batches: FetchedBatch[] = [];
    let problem: BrokerError | null = null;
    for (const fetched of answer.partitions) {
      const { topic, partition, start, stable } = fetched;
      const position = positions.find((asked) => asked.partition === partition && asked.topic === topic)!;
      problem = (await this.problemOf(fetched, position)) ?? problem;
      if (fetched.errorCode !== errorCode.none) continue;
      const { records, next } = readRecords(fetched.batches, fetched.aborted, position.from);
      const isToldOf = next > position.from || next >= stable;
      if (isToldOf) batches.push({ topic, partition, from: position.from, records, next, start, stable });
    }
    return { batches, problem };
  }

  /** @throws {OffsetOutOfRangeError}, or {BrokerError} for what waiting doesn't help, or didn't for half a minute */
  private async problemOf({ errorCode: code }: FetchedPartition, position: FetchPosition): Promise<BrokerError | null> {
    const name = `${position.topic}[${position.partition}]`;
    if (code === errorCode.none) {
      this.failingSince.delete(name);
      return null;
    }
    const deadline = performance.now() + AWAY_MS;
    if (code === errorCode.offsetOutOfRange) {
      throw new OffsetOutOfRangeError(position, await readBounds(this.cluster, position, deadline));
    }
    const problem = new BrokerError(code, `fetching ${name} from offset ${position.from}`);
    const since = this.failingSince.get(name) ?? performance.now();
    this.failingSince.set(name, since);
    if (!isLeaderMoved(code) || performance.now() - since > AWAY_MS) throw problem;
    this.cluster.forgetTopics([position.topic]);
    return problem;
  }
}

interface Fetched {
  readonly batches: FetchedBatch[];
  /** A partition whose leader has moved. */
  readonly problem: BrokerError | null;
}

/** False: it is only told to be read to its end. */
const hasMoved = ({ from, next }: FetchedBatch): boolean => next > from;

const merge = (a: Fetched, b: Fetched): Fetched => ({
  batches: [...a.batches, ...b.batches],
  problem: a.problem ?? b.problem,
});

const AWAY_MS = 30_000;
const FIRST_RETRY_MS = 20;
const RETRY_MAX_MS = 1_000;
