export interface StageStatus {
  readonly stage: string;
  readonly state: 'ready' | 'not ready' | 'not answering';
  /** How far behind its slowest input partition is; null when it has none or tells none. */
  readonly lagSeconds: number | null;
}

const ANSWER_WITHIN_MS = 1_500;

/** Asks each process for its health and metrics. A stage that several processes share is told by whichever answers. */
export function stageStatuses(urls: ReadonlyMap<string, string>): Promise<StageStatus[]> {
  return Promise.all(Array.from(urls, ([stage, url]) => stageStatus(stage, url)));
}

async function stageStatus(stage: string, url: string): Promise<StageStatus> {
  const ask = (path: string): Promise<Response> =>
    fetch(new URL(path, url), { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  try {
    const [ready, metrics] = await Promise.all([ask('/health/ready'), ask('/metrics')]);
    // An answer's body must be read, or its connection stays taken.
    const [, text] = await Promise.all([ready.text(), metrics.text()]);
    return { stage, state: ready.ok ? 'ready' : 'not ready', lagSeconds: greatestLag(text) };
  } catch {
    return { stage, state: 'not answering', lagSeconds: null };
  }
}

/** The greatest bomfri_lag_seconds in a page of metrics. */
function greatestLag(metrics: string): number | null {
  const lags = Array.from(metrics.matchAll(/^bomfri_lag_seconds\{.*\} (\S+)$/gm), (match) => Number(match[1]));
  return lags.length === 0 ? null : Math.max(...lags);
}
