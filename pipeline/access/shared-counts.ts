import type { Redis } from 'ioredis';

/** How often something happened in the present window, over all processes together. */
export interface SharedCounts {
  /** Counts one more. Answers the count so far as it is known here, and how long the window still lasts. */
  add(name: string): { readonly current: number; readonly ttl: number };
  close(): void;
}

/** How long counts wait to be told to Redis, all names in one round: so no request waits for it. */
const TELL_EVERY_MS = 100;
const KEY_PREFIX = 'bomfri:requests:';

interface Count {
  /** Number of the window since the epoch: all processes with the right time have the same. */
  readonly window: number;
  own: number;
  /** How many of its own Redis has. */
  told: number;
  /** What others had counted when Redis was last asked. */
  others: number;
}

/**
 * Counts at once in this process, and ten times a second adds up with the other processes through Redis: between two
 * such rounds they may together let through a little more than one of them would. While Redis is away each process
 * counts for itself, and tells what is missing when it is back.
 */
export function openSharedCounts(options: {
  readonly redis: Pick<Redis, 'pipeline'>;
  readonly windowMs: number;
  /** Told at each change: false while each process counts for itself. */
  readonly onShared: (shared: boolean) => void;
}): SharedCounts {
  const { redis, windowMs, onShared } = options;
  const counts = new Map<string, Count>();
  let shared: boolean | null = null;
  let isTelling = false;
  const timer = setInterval(() => void tell(), TELL_EVERY_MS);
  timer.unref();

  return {
    add(name) {
      const now = Date.now();
      const window = Math.floor(now / windowMs);
      let count = counts.get(name);
      if (count === undefined || count.window !== window) {
        counts.set(name, (count = { window, own: 0, told: 0, others: 0 }));
      }
      count.own++;
      return { current: count.own + count.others, ttl: (window + 1) * windowMs - now };
    },
    close: () => clearInterval(timer),
  };

  async function tell(): Promise<void> {
    const present = Math.floor(Date.now() / windowMs);
    for (const [name, { window }] of counts) if (window < present) counts.delete(name);
    if (isTelling || counts.size === 0) return;
    isTelling = true;
    setShared(await exchange([...counts]).then(() => true, () => false));
    isTelling = false;
  }

  async function exchange(all: readonly [string, Count][]): Promise<void> {
    const commands = redis.pipeline();
    const owns = all.map(([, { own }]) => own);
    for (const [i, [name, { window, told }]] of all.entries()) {
      const key = `${KEY_PREFIX}${name}:${window}`;
      commands.incrby(key, owns[i]! - told).pexpire(key, 2 * windowMs);
    }
    const answers = (await commands.exec()) ?? [];
    for (const [i, [, count]] of all.entries()) {
      const [error, total] = answers[2 * i] ?? [new Error('no answer')];
      if (error !== null) throw error;
      count.told = owns[i]!;
      count.others = Math.max(0, (total as number) - owns[i]!);
    }
  }

  function setShared(now: boolean): void {
    if (now !== shared) onShared(now);
    shared = now;
  }
}
