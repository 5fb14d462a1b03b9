import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../pipeline/engine/log.ts';
import type { SchemaIds } from '../../pipeline/records/codec.ts';
import type { CardTurn } from './month-accounts.ts';
import type { KillableProcess, RunningGateway } from './processes.ts';
import { followRecords } from './topic-records.ts';
import type { Upset } from './upsets.ts';

export interface Collection {
  /** Cards behave otherwise from now on. */
  turnCards(turns: readonly CardTurn[]): Promise<void>;
  /**
   * After a close: kills whom it is to, and resolves when the outcome of every payment is known and taken in.
   * @returns how many were asked for
   */
  settle(upsets: readonly Upset[]): Promise<number>;
}

export interface CollectionOptions {
  readonly log: Log;
  readonly ids: SchemaIds;
  readonly gateway: RunningGateway;
  readonly worker: KillableProcess;
  /** Resolves when charges have taken in what stands before them. */
  readonly chargesAreMade: () => Promise<void>;
}

const PATIENCE_MS = 150_000;

export function openCollection({ log, ids, gateway, worker, chargesAreMade }: CollectionOptions): Collection {
  const nextRequests = followRecords(log, ids, 'paymentRequests', 'PaymentRequest');
  const nextResults = followRecords(log, ids, 'paymentResults', 'PaymentResult');
  const open = new Set<string>();
  return {
    async turnCards(turns) {
      await gateway.ready();
      for (const { token, kind } of turns) {
        const answer = await fetch(`${gateway.url}/test-cards/${token}`, {
          method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind }),
        });
        if (answer.status !== 204) throw new Error(`the gateway answers HTTP ${answer.status} to a card's turn`);
      }
    },
    async settle(upsets) {
      const upset = Promise.all(upsets.map(async ({ who, afterMs }) => {
        await pause(afterMs);
        await (who === 'payments' ? worker : gateway).killAndReplace();
      }));
      upset.catch(() => {});
      let requests = 0;
      for (;;) {
        await chargesAreMade();
        const asked = await nextRequests();
        if (asked.length === 0) break;
        requests += asked.length;
        for (const { requestId } of asked) open.add(requestId);
        await outcomesAreKnown();
      }
      await upset;
      return requests;
    },
  };

  async function outcomesAreKnown(): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      for (const { requestId, outcome } of await nextResults()) if (outcome !== 'unknown') open.delete(requestId);
      if (open.size === 0) return;
      if (performance.now() > deadline) {
        throw new Error(`${open.size} payments have no outcome, such as ${[...open][0]}`);
      }
      await pause(100);
    }
  }
}
