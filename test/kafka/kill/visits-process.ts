import { pino } from 'pino';
import type { Log } from '../../../pipeline/engine/log.ts';
import { unobserved } from '../../../pipeline/engine/observer.ts';
import { runStage } from '../../../pipeline/engine/runner.ts';
import { openKafkaLog } from '../../../pipeline/kafka/kafka-log.ts';
import { openRegistry } from '../../../pipeline/records/registry.ts';
import { readConfig } from '../../../pipeline/service/config.ts';
import { visitsStage } from '../../../pipeline/visits/stage.ts';
import { renamedLog } from '../../../loadtest/bench/renamed-log.ts';

/**
 * The visits stage on topics under a prefix, in a process that is there to be killed: it tells its parent where each
 * task is, so that a kill can be aimed and judged.
 */
export type Phase = 'restoring' | 'claimed' | 'transaction' | 'committed';

export interface Said {
  readonly task: number;
  readonly phase: Phase;
}

const say = (task: number, phase: Phase): void => void process.send!({ task, phase } satisfies Said);

/** The log, telling of each claim and of each transaction's begin and end. */
function telling(log: Log): Log {
  return {
    ...log,
    async claim(transactionalId) {
      const task = Number(transactionalId.split('-').at(-1));
      const writer = await log.claim(transactionalId);
      say(task, 'restoring');
      return {
        async commit(transaction) {
          say(task, 'transaction');
          await writer.commit(transaction);
          say(task, 'committed');
        },
        close: () => writer.close(),
      };
    },
  };
}

const prefix = process.argv[2]!;
const config = readConfig();
const logger = pino({ level: 'error' }, pino.destination(2));
const kafka = openKafkaLog({ brokers: config.brokers, clientId: 'bomfri-test', logger });
const ids = await openRegistry(config.registryUrl);
const running = await runStage({
  stage: visitsStage({ ids, garages: { get: () => undefined, version: 0, reached: async () => {} } }),
  log: renamedLog(telling(kafka), prefix, new Map()),
  logger,
  observer: { ...unobserved, claimed: (task) => say(task, 'claimed') },
});
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
process.exitCode = 1;
throw await running.failed;
