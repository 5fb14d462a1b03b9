/** Takes one line of news. Where it goes (a terminal, a file, a test's array) is the caller's business. */
export type Say = (line: string) => void;

const BEAT_MS = 3_000;

/**
 * Runs `work` and says how long it took; while it lasts, a line every few seconds says that it goes on.
 * Plain lines only, so that it reads the same in a terminal and in a log file.
 */
export async function step<T>(say: Say, doing: string, done: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const beat = setInterval(() => say(`${doing} ... ${seconds()} s`), BEAT_MS);
  try {
    const result = await work();
    say(`${done} (${seconds()} s)`);
    return result;
  } finally {
    clearInterval(beat);
  }
}
