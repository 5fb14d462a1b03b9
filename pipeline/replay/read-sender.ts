import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';

/** Sends reads to the ingest API: in order within a garage, several garages side by side. */
export interface ReadSender {
  /** Takes one read (an object of the HTTP contract); resolves when there is room for the next. */
  send(garageId: string, read: unknown): Promise<void>;
  /** Resolves when every read taken so far has its answer. */
  settled(): Promise<void>;
  readonly counts: Readonly<SendCounts>;
}

export interface SendCounts {
  /** Reads with an answer, each once. */
  accepted: number;
  refused: number;
  /** Requests that were told to come again later, or had no answer. */
  retries: number;
}

export interface ReadSenderOptions {
  /** Of the ingest service. */
  readonly url: string;
  /** API key for the garages of the reads. */
  readonly key: string;
  /** Requests under way at a time; a garage is always on the same one. */
  readonly connections?: number;
  /** Told of each read that ingest refused, with its reason. */
  readonly onRefused?: (read: unknown, reason: string) => void;
  /** How long ingest may be out of reach before sending fails, ms. */
  readonly patienceMs?: number;
}

/** Most reads of one request; the contract allows 1,000. */
const BATCH_READS = 500;

export function openReadSender(options: ReadSenderOptions): ReadSender {
  const counts: SendCounts = { accepted: 0, refused: 0, retries: 0 };
  const connections = Array.from({ length: options.connections ?? 4 }, () => new Connection(options, counts));
  const connectionOfGarage = new Map<string, Connection>();
  return {
    counts,
    send(garageId, read) {
      let connection = connectionOfGarage.get(garageId);
      if (connection === undefined) {
        connection = connections[connectionOfGarage.size % connections.length]!;
        connectionOfGarage.set(garageId, connection);
      }
      return connection.send(read);
    },
    async settled() {
      await Promise.all(connections.map((connection) => connection.settled()));
    },
  };
}

/** One request at a time; what comes meanwhile goes with the next one. */
class Connection {
  private readonly options: ReadSenderOptions;
  private readonly counts: SendCounts;
  private waiting: unknown[] = [];
  private sending: Promise<void> | null = null;
  private failure: Error | null = null;

  constructor(options: ReadSenderOptions, counts: SendCounts) {
    this.options = options;
    this.counts = counts;
  }

  async send(read: unknown): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.waiting.push(read);
    this.sending ??= this.drain();
    if (this.waiting.length >= 2 * BATCH_READS) await this.settled();
  }

  async settled(): Promise<void> {
    await this.sending;
    if (this.failure !== null) throw this.failure;
  }

  private async drain(): Promise<void> {
    // So that the first request takes along what is sent right after.
    await nextTurn();
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, BATCH_READS);
        await this.post(batch);
        this.waiting = this.waiting.slice(batch.length);
      }
    } catch (error) {
      // Kept for whoever sends next: nobody may be waiting now.
      this.failure = error as Error;
    } finally {
      this.sending = null;
    }
  }

  /** Again and again until answered: a read that ingest took twice counts once, by its readId. */
  private async post(batch: readonly unknown[]): Promise<void> {
    const body = JSON.stringify(batch);
    const deadline = performance.now() + (this.options.patienceMs ?? 60_000);
    for (let backOffMs = 100; ; backOffMs = Math.min(2 * backOffMs, 5000)) {
      const answer = await this.request(body);
      if (answer.rejected !== undefined) return this.count(batch, answer.rejected);
      if (performance.now() > deadline) {
        throw new Error(`ingest at ${this.options.url} does not take reads: ${answer.trouble}`);
      }
      this.counts.retries += 1;
      await pause(answer.retryAfterMs ?? backOffMs);
    }
  }

  private async request(body: string): Promise<Answer> {
    let response: Response;
    try {
      response = await fetch(new URL('/v1/reads', this.options.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.options.key}` }, body,
        signal: AbortSignal.timeout(30_000),
      });
    } catch (error) {
      return { trouble: messageOf(error) };
    }
    const text = await response.text();
    if (response.status === 429 || response.status >= 500) {
      const seconds = Number(response.headers.get('retry-after') ?? NaN);
      return { trouble: `HTTP ${response.status}`, ...(seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {}) };
    }
    if (response.status === 401) {
      throw new Error(`ingest at ${this.options.url} refuses the API key: give it a valid one in BOMFRI_API_KEY`);
    }
    const rejected = rejectedOf(text);
    if (rejected === null) {
      throw new Error(`ingest at ${this.options.url} answered HTTP ${response.status} and no list of reads`);
    }
    return { rejected };
  }

  private count(batch: readonly unknown[], rejected: readonly Rejected[]): void {
    this.counts.refused += rejected.length;
    this.counts.accepted += batch.length - rejected.length;
    for (const { index, field, reason } of rejected) {
      this.options.onRefused?.(batch[index], `${field} ${reason}`.trim());
    }
  }
}

type Answer =
  | { readonly rejected: readonly Rejected[] }
  | { readonly rejected?: undefined; readonly trouble: string; readonly retryAfterMs?: number };

interface Rejected {
  readonly index: number;
  readonly field: string;
  readonly reason: string;
}

/** The refused items of an answer; null when it is not one of the reads API. */
function rejectedOf(text: string): readonly Rejected[] | null {
  try {
    const { rejected } = JSON.parse(text) as { rejected?: unknown };
    return Array.isArray(rejected) ? (rejected as Rejected[]) : null;
  } catch {
    return null;
  }
}

function messageOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
