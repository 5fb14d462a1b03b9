import { openAccessLog, thisUser } from '../../privacy/access-log.ts';
import { readConfig } from '../../service/config.ts';
import { openLogger } from '../../service/logging.ts';
import { openRedis, untilThere } from '../../service/redis.ts';
import { withLog } from '../../service/with-log.ts';
import { watchCameras } from './watch-channel.ts';
import { sightingLines } from './watch.ts';

const REDIS_WAIT_MS = 5_000;

/** `bomfri cameras watch [SERIAL]`: shows live what ingest understood of each payload; Ctrl-C ends it. */
export async function watch(serial: string | undefined): Promise<void> {
  const config = readConfig();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const redis = openRedis(config.redisUrl, openLogger('cameras', 'error'));
  try {
    await untilThere(redis, AbortSignal.timeout(REDIS_WAIT_MS));
    await noteLook(serial);
    await watchCameras(redis, serial ?? null, {
      asked(processes) {
        const where = processes === 1 ? '1 ingest process' : `${processes} ingest processes`;
        console.error(`Watching ${serial ?? 'all cameras'} on ${where}; Ctrl-C ends it.`);
        if (processes === 0) console.error('None is running: start one with `npx bomfri ingest`.');
      },
      seen(sighting, missed) {
        if (missed > 0) console.log(`... ${missed} more, too many to show`);
        console.log(sightingLines(sighting).join('\n'));
      },
    }, stopping.signal);
  } finally {
    redis.disconnect();
  }
}

function noteLook(serial: string | undefined): Promise<void> {
  return withLog(({ log, ids }) =>
    openAccessLog(log, ids)({
      actor: thisUser(),
      view: 'cameras_watch',
      subjects: [{ kind: 'camera', id: serial ?? '' }],
    }), 'error');
}
