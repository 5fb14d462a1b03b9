import { check } from 'k6';
import { SharedArray } from 'k6/data';
import http from 'k6/http';
import type { Params } from 'k6/http';
import { Counter, Rate } from 'k6/metrics';
import { itemsOf, openSupply, prepareDay } from '../gateways/prepared-day.ts';
import type { PreparedDay, Stretch } from '../gateways/prepared-day.ts';
import type { Shape } from '../gateways/shape.ts';

/**
 * One virtual user as the gateway of some garages. It sends one request after the other, so that a garage's reads keep
 * their order, and what was not taken comes again with the next request.
 *
 * Every answer is told on the console, a line for each stretch of reads: the word, the gateway, date, first read,
 * number of reads. `loadtest/told.ts` reads these lines.
 */
export interface GatewaySender {
  /** Sends the next reads, `tags` on the request. Answers whether they were taken. */
  sendNext(tags: Record<string, string>): boolean;
  /** Sends the reads that were taken last once more, as a sender does that never saw the answer. */
  sendAgain(tags: Record<string, string>): void;
}

export const readsUrl = `${__ENV.BASE_URL}/v1/reads`;
export const headers: Record<string, string> = { 'content-type': 'application/json' };
if (__ENV.API_KEY !== undefined && __ENV.API_KEY !== '') headers.authorization = `Bearer ${__ENV.API_KEY}`;

/** Taken, or to be sent again later: what an honest sender is told. */
const CLEAR: ReadonlySet<number> = new Set([202, 429, 503]);
const clearAnswers = new Rate('clear_answers');
const toldToWait = new Counter('told_to_wait');
const acceptedReads = new Counter('accepted_reads');

/** Called in the init context, where k6 prepares all gateways once, and then hands each its own. */
export function openGateway(shape: Shape): GatewaySender {
  const run = __ENV.RUN!;
  const days = new SharedArray('prepared days', () =>
    Array.from({ length: shape.gateways }, (_, index) => prepareDay({ run, number: index + 1, shape })));
  // Number 0 only looks at the options.
  const day: PreparedDay = __VU === 0 ? { reads: [] } : days[__VU - 1]!;
  const supply = openSupply(day);
  let taken: readonly Stretch[] = [];
  /** Given out and not taken yet. */
  let waiting: readonly Stretch[] = [];

  const send = (stretches: readonly Stretch[], tags: Record<string, string>): boolean => {
    const body = `[${stretches.map((stretch) => itemsOf(day, stretch)).join(',')}]`;
    const params: Params = { headers, tags, timeout: '20s', responseCallback: http.expectedStatuses(202) };
    const response = http.post(readsUrl, body, params);
    const accepted = response.status === 202;
    clearAnswers.add(CLEAR.has(response.status), tags);
    if (response.status === 429 || response.status === 503) toldToWait.add(1, tags);
    check(response, { 'reads accepted': () => accepted }, tags);
    const word = accepted ? 'accepted' : wordFor(response.status);
    for (const { date, from, count } of stretches) {
      console.log(`${word} ${__VU} ${date} ${from} ${count}`);
      if (accepted) acceptedReads.add(count, tags);
    }
    return accepted;
  };

  return {
    sendNext(tags) {
      if (waiting.length === 0) waiting = supply.take(shape.readsPerRequest);
      const accepted = send(waiting, tags);
      if (accepted) {
        taken = waiting;
        waiting = [];
      }
      return accepted;
    },
    sendAgain: (tags) => void send(taken, tags),
  };
}

/** After any 4xx, 429 among them, nothing was written; without a clear answer the reads may stand or not. */
function wordFor(status: number): 'refused' | 'unknown' {
  return status >= 400 && status < 500 ? 'refused' : 'unknown';
}
