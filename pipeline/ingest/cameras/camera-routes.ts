import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CameraRead, HeldEvent } from '../../records/records.ts';
import { sendProblem } from '../../service/problem.ts';
import type { Rejected } from '../check-items.ts';
import { documentsIn } from '../formats/documents.ts';
import { FormatError, type CameraEvent, type CameraFormat } from '../formats/format.ts';
import { textAt } from '../formats/json.ts';
import { cameraFormats } from '../formats/formats.ts';
import type { Intake } from '../intake.ts';
import type { IngestMetrics } from '../metrics.ts';
import type { ReadsWriter } from '../reads-route.ts';
import { cameraRouteSchema } from '../reads-schema.ts';
import { scopeOf, type CameraIndex, type CameraScope } from './camera-index.ts';
import { heldEvent } from './held-event.ts';
import { readOfEvent } from './read-of-event.ts';
import type { WatchedEvent } from './watch.ts';

/** Two pictures of a car and its plate go with most events; they are dropped here. */
const MAX_CAMERA_BODY_BYTES = 8 * 1024 * 1024;
const MAX_EVENTS = 1_000;

export interface CameraParts {
  readonly index: CameraIndex;
  /**
   * Sets events of unknown cameras aside; resolves when all in-sync replicas have them.
   * @throws as {@link ReadsWriter} does
   */
  hold(events: readonly HeldEvent[]): Promise<void>;
  /** Told what became of each event, for who watches. */
  told(event: WatchedEvent): void;
}

export interface CameraRoutesParts extends CameraParts {
  readonly writer: ReadsWriter;
  readonly metrics: IngestMetrics;
}

/** POST /v1/cameras/<format>: what a vendor's cameras send by themselves, one route a format. */
export function cameraRoutes(app: FastifyInstance, intake: Intake, parts: CameraRoutesParts): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Cameras name their content's type wrongly, or not at all: the formats look for themselves.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const format of cameraFormats) cameraRoute(scope, intake, format, parts);
  });
}

function cameraRoute(app: FastifyInstance, intake: Intake, format: CameraFormat, parts: CameraRoutesParts): void {
  const options = {
    schema: cameraRouteSchema(format.name),
    // The format looks for itself.
    validatorCompiler: () => () => true,
    bodyLimit: MAX_CAMERA_BODY_BYTES,
    ...intake.hooks(MAX_CAMERA_BODY_BYTES),
  };
  app.post(`/v1/cameras/${format.name}`, options, async (request, reply) => {
    let events: CameraEvent[];
    try {
      events = eventsIn(request, format);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const about = { format: format.name, at: Date.now(), event: null, place: null, read: null };
      parts.told({ ...about, outcome: 'unreadable', why: error.message });
      const detail = `What came is not of ${format.name}: ${error.message}.`;
      return sendProblem(reply, { status: 400, title: 'Not of this format', detail });
    }
    if (events.length > MAX_EVENTS) return tooMany(reply);
    const { reads, held, rejected } = sorted(events, format, scopeOf(request.caller), Date.now(), parts);
    parts.metrics.held.inc({ format: format.name }, held.length);
    parts.metrics.clockOff.inc({ format: format.name }, reads.filter(({ timing }) => timing === 'clock_off').length);
    return intake.answer(reply, {
      accepted: reads.length, held: held.length, rejected, acknowledgement: format.acknowledgement,
      async store() {
        await Promise.all([
          reads.length > 0 && parts.writer.write(reads),
          held.length > 0 && parts.hold(held),
        ]);
      },
    });
  });
}

/**
 * Not every camera names itself: the address may, and then counts, as in ?camera=P4-ENTRY.
 * @throws {FormatError} it is not of the format, or names no camera
 */
function eventsIn({ body, headers, query }: FastifyRequest, format: CameraFormat): CameraEvent[] {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const documents = documentsIn(bytes, headers['content-type'] ?? '');
  const events = documents.flatMap((document) => format.read(document));
  const serial = textAt(query, 'camera');
  if (serial !== '') return events.map((event) => ({ ...event, serial }));
  if (events.every((event) => event.serial !== '')) return events;
  throw new FormatError('it names no camera: add ?camera=NAME to the address that the camera sends to');
}

/** Events that can be reads at their place, those whose camera has none yet, and what is no read anywhere. */
function sorted(
  events: readonly CameraEvent[], format: CameraFormat, scope: CameraScope, receivedAt: number, parts: CameraParts,
): { reads: CameraRead[]; held: HeldEvent[]; rejected: Rejected[] } {
  const reads: CameraRead[] = [];
  const held: HeldEvent[] = [];
  const rejected: Rejected[] = [];
  events.forEach((event, index) => {
    const place = parts.index.find(event.serial, scope);
    const read = readOfEvent(event, place, format.name, receivedAt);
    const about = { format: format.name, at: receivedAt, event, place };
    if ('reason' in read) {
      rejected.push({ index, ...read });
      parts.told({ ...about, outcome: 'rejected', why: `${read.field} ${read.reason}`, read: null });
    } else if (place === null) {
      held.push(heldEvent(event, format, scope, receivedAt));
      parts.told({ ...about, outcome: 'held', why: 'no garage names this serial', read });
    } else {
      reads.push(read);
      parts.told({ ...about, outcome: 'accepted', why: '', read });
    }
  });
  return { reads, held, rejected };
}

function tooMany(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, {
    status: 413, title: 'Content too large', detail: `Send at most ${MAX_EVENTS} events in one request.`,
  });
}
