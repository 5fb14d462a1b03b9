import type { CameraRead, Visit } from '../../records/records.ts';
import { durationText, instantText, shareText } from '../../service/text-values.ts';
import { tableLines } from '../../service/text-table.ts';
import { firstRead, isRearOnly, lastRead } from '../passages/passages.ts';
import type { Weighing } from '../pairing/weighing.ts';
import type { ExplainedAction, ExplainedPassage, ExplainedRevision, Explanation } from './explanation.ts';

/** An explanation as lines of at most 100 columns or so. Plates stand in it: for a person's eyes, not for logs. */
export function explanationText(explanation: Explanation): string[] {
  const { visitId, garageId, partition, visit, revisions } = explanation;
  const { status, enteredAt, exitedAt, plate, country, flags } = visit;
  const stayed = enteredAt !== null && exitedAt !== null ? `, stayed ${durationText(exitedAt - enteredAt)}` : '';
  return [
    `visit ${visitId}: ${status}, revision ${visit.revision}`,
    `  garage ${garageId} of ${visit.operatorId}, partition ${partition}; times are UTC`,
    `  ${country} ${plate || 'no plate'}, in ${timeOr(enteredAt)}, out ${timeOr(exitedAt)}${stayed}`,
    `  sure that its entry and exit are one vehicle's: ${sureText(visit)}`,
    `  flags: ${flags.length === 0 ? 'none' : flags.join(', ')}`,
    ...section('reads, and the passages that they make', explanation.passages.flatMap(passageLines)),
    ...section('pairing', pairingLines(explanation)),
    ...section('revisions', revisionLines(revisions)),
    ...section('irregularities', explanation.irregularities.flatMap(({ offset, value }) => [
      `${value.type} (${value.severity}): ${value.status} by revision ${value.revision}, offset ${offset}`,
      `  ${value.irregularityId}`,
      `  ${value.action}`,
    ])),
    ...section('actions of persons', explanation.actions.flatMap(actionLines)),
    ...section('clock moves without a read', explanation.clockMoves.length === 0 ? [] : tableLines([
      ['offset', 'from', 'to', 'cause', 'before read'],
      ...explanation.clockMoves.map(({ offset, value: { from, to, cause, readsOffset } }) =>
        [String(offset), from === 0 ? 'the start' : instantText(from), from === to ? 'stays' : instantText(to), cause, String(readsOffset)]),
    ])),
    ...section('by what rules', configurationLines(explanation)),
    ...section('money', moneyLines(explanation)),
    ...section('made once more of the reads, control records and clock moves', rebuildLines(explanation)),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...(lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`))];
}

function passageLines({ side, passage, reads }: ExplainedPassage): string[] {
  const { evidence, direction, laneId, ruling, decision } = passage;
  const from = firstRead(passage).at;
  const to = lastRead(passage).at;
  const lasted = to === from ? '' : ` to ${instantText(to).slice(11)}`;
  const candidates = evidence.candidates.map((candidate) => `${candidate.plate} ${shareText(candidate.confidence)}`).join(', ');
  return [
    `${side}: ${instantText(from)}${lasted}, lane ${laneId}, direction ${direction.toLowerCase()}`,
    `  voted ${evidence.country} ${evidence.plate}, ${shareText(evidence.confidence)}${candidates === '' ? '' : `; or ${candidates}`}` +
      (isRearOnly(passage) ? '; rear views only' : ''),
    ...(decision?.given == null ? [] : [`  given to ${decision.given.country} ${decision.given.plate} by pairing, ${shareText(decision.probability)}`]),
    ...(ruling === null ? [] : [`  a person's word: ${rulingText(ruling)}`]),
    ...tableLines([
      ['offset', 'captured', 'late', 'camera', 'read', 'dir', 'plate', 'conf', 'or'],
      ...reads.map(({ offsets, read }) => [
        offsets.join(' '), capturedText(read, passage), durationText(read.receivedAt - read.capturedAt), read.cameraId,
        read.readId, read.direction.toLowerCase(), `${read.country} ${read.plate}`, shareText(read.confidence),
        read.candidates.map((candidate) => `${candidate.plate} ${shareText(candidate.confidence)}`).join(', '),
      ]),
    ], '  '),
  ];
}

/** With the time that counts, where the camera's clock is known to be wrong. */
function capturedText({ readId, cameraId, capturedAt }: CameraRead, { reads }: ExplainedPassage['passage']): string {
  const made = reads.find((read) => read.readId === readId && read.cameraId === cameraId)?.at ?? capturedAt;
  const captured = instantText(capturedAt).slice(11);
  return made === capturedAt ? captured : `${captured}, taken as ${instantText(made).slice(11)}`;
}

function rulingText({ goneAt, seenAt, plate, pairedWith, apartFrom }: NonNullable<ExplainedPassage['passage']['ruling']>): string {
  return [
    goneAt === null ? null : `not inside at ${instantText(goneAt)}`,
    seenAt === null ? null : `seen inside at ${instantText(seenAt)}`,
    plate === null ? null : `the plate is ${plate.country} ${plate.plate}`,
    pairedWith === null ? null : `it belongs to the entry that begins with ${pairedWith}`,
    apartFrom === null ? null : `it does not belong to the entry that begins with ${apartFrom}`,
  ].filter((word) => word !== null).join('; ');
}

function pairingLines({ weighings, visit, revisions, passages }: Explanation): string[] {
  const lines = weighings.flatMap(weighingLines);
  const { enteredAt, exitedAt } = visit;
  if (exitedAt === null) return ['no exit was read'];
  if (!passages.some(({ side }) => side === 'exit')) return ['not known any more: the reads are gone'];
  if (lines.length === 0) {
    lines.push(enteredAt === null ? 'the exit has yet to be weighed' : 'the exit has the plate of the vehicle inside: nothing was to be weighed');
  }
  const certainty = revisions.findLast(({ rebuilt }) => rebuilt?.certainty != null)?.rebuilt?.certainty ?? null;
  if (certainty === null) return lines;
  const { lengthMs, pairedShare, stitchedShare } = certainty;
  return [
    ...lines,
    `one vehicle's by plates and rivals: ${shareText(pairedShare)}`,
    `a stay of ${durationText(lengthMs)} here is two, with a missed exit and a missed entry: ${shareText(stitchedShare)}`,
  ];
}

/** A weighing as a table: whose exit it may be, with scores in nats. */
function weighingLines({ exit, clock, rivals, missed, decision }: Weighing): string[] {
  const { country, plate } = exit.evidence;
  const score = (nats: number): string => nats.toFixed(2);
  return [
    `the exit of ${country} ${plate || 'no plate'} at ${instantText(firstRead(exit).at)}, weighed at ${instantText(clock)}:`,
    ...tableLines([
      ['whose', 'plate', 'stayed', 'likeness', 'leaving', 'score', 'share'],
      ...rivals.map((rival) => [
        rival.visitId, `${rival.country} ${rival.plate}`, durationText(rival.lengthMs), score(rival.likeness),
        score(rival.score - rival.likeness), score(rival.score), shareText(rival.share),
      ]),
      ...(missed === null ? [] : [['nobody: entry missed', '', '', '', '', score(missed.score), shareText(missed.share)]]),
    ], '  '),
    ...(rivals.some(({ share }) => share > (rivals[0]?.share ?? 0)) ? ['  other exits want the same vehicles: they were weighed together'] : []),
    decision.given === null ? '  -> left without an entry' : `  -> given to ${decision.given.country} ${decision.given.plate}`,
  ];
}

function revisionLines(revisions: readonly ExplainedRevision[]): string[] {
  return tableLines([
    ['rev', 'offset', 'status', 'plate', 'in', 'out', 'sure', 'because of', ''],
    ...revisions.map(({ offset, visit, rebuilt, differsIn }) => [
      String(visit.revision), String(offset), visit.status, `${visit.country} ${visit.plate}`, shortTime(visit.enteredAt),
      shortTime(visit.exitedAt), sureText(visit), causeText(rebuilt),
      differsIn.length === 0 ? '' : `rebuilt otherwise: ${differsIn.join(', ')}`,
    ]),
  ]);
}

function causeText(rebuilt: ExplainedRevision['rebuilt']): string {
  if (rebuilt?.cause == null) return '?';
  return 'readOffset' in rebuilt.cause ? `read ${rebuilt.cause.readOffset}` : rebuilt.cause.move.cause;
}

function actionLines({ control: { offset, value }, outcome }: ExplainedAction): string[] {
  const { type, issuedBy, issuedAt, reason, visitId, otherVisitId, irregularityId, plate, country, controlId } = value;
  const about = [visitId, otherVisitId, irregularityId, plate == null ? null : `${country} ${plate}`].filter((word) => word != null);
  const came = outcome.status === 'applied' ? `applied before read ${outcome.readsOffset}`
    : outcome.status === 'refused' ? `refused, ${outcome.reason}: ${outcome.message}` : 'not taken in yet';
  return [
    `${type} ${about.join(' ')}`,
    `  ${instantText(issuedAt)} by ${issuedBy}${reason === '' ? '' : `: ${reason}`}`,
    `  offset ${offset}, ${controlId}: ${came}`,
  ];
}

function configurationLines({ configuration, visit }: Explanation): string[] {
  const rules = `rulesVersion ${visit.rulesVersion}`;
  if (configuration === null) return [rules, 'the garage was not configured then, or its reads are gone'];
  const { version, control } = configuration;
  return [rules, `configuration version ${version}` + (control === null ? '' :
    `, by control record ${control.value.controlId} at offset ${control.offset}, ${instantText(control.value.issuedAt)}, ${control.value.issuedBy}`)];
}

function moneyLines({ dispositions, lines, charges }: Explanation): string[] {
  const money = (minor: number, currency: string): string => `${(minor / 100).toFixed(2)} ${currency}`.trim();
  return [
    ...dispositions.map(({ offset, value }) => `disposition ${value.disposition}${value.reason === '' ? '' : ` (${value.reason})`}, ` +
      `revision ${value.revision}, ${value.status}, ${money(value.grossMinor, value.currency)}` +
      `${value.tariffVersion === '' ? '' : `, tariff ${value.tariffVersion}`}${value.accountId === '' ? '' : `, account ${value.accountId}`}; offset ${offset}`),
    ...lines.map(({ offset, value }) => `line ${value.lineId}, revision ${value.revision}, ${value.status}: ${money(value.grossMinor, value.currency)} ` +
      `of ${value.visitDay}, tariff ${value.tariffVersion}, account ${value.accountId} as of version ${value.accountVersion}; offset ${offset}`),
    ...charges.map(({ offset, value }) => `charge ${value.chargeId}, revision ${value.revision}, ${value.status}: ` +
      `${money(value.grossMinor, value.currency)} of ${value.billingDay}, ${value.lines.length} lines; offset ${offset}`),
  ].flatMap((line) => wrapped(line));
}

function rebuildLines({ rebuild, revisions }: Explanation): string[] {
  const { isSame, fromOffset, readFrom, lostConfigurations, lostControls } = rebuild;
  const missing = revisions.filter(({ rebuilt }) => rebuilt === null).length;
  const differing = revisions.filter(({ differsIn }) => differsIn.length > 0).length;
  return [
    isSame ? `the same ${revisions.length} ${revisions.length === 1 ? 'revision' : 'revisions'}`
      : `not the same: of ${revisions.length} revisions ${missing} did not come again, ${differing} came otherwise`,
    ...(fromOffset === 0 ? [] : [`reads before offset ${fromOffset} are gone` +
      (readFrom === null ? ', all of this garage with them' : `: the first that is left came in at ${instantText(readFrom)}`)]),
    ...(lostConfigurations === 0 ? [] : [`${lostConfigurations} former configurations are not kept: the next one took their place`]),
    ...(lostControls === 0 ? [] : [`${lostControls} control records are gone`]),
  ];
}

/** A visit that lacks an end has nothing to be sure of. */
function sureText({ enteredAt, exitedAt, matchConfidence }: Visit): string {
  return enteredAt === null || exitedAt === null ? '-' : shareText(matchConfidence);
}

const WIDTH = 98;

function wrapped(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const cut = rest.lastIndexOf(' ', WIDTH);
    lines.push(rest.slice(0, cut));
    rest = `    ${rest.slice(cut + 1)}`;
  }
  return [...lines, rest];
}

function timeOr(at: number | null): string {
  return at === null ? 'not known' : instantText(at);
}

/** To the minute: for tables. */
function shortTime(at: number | null): string {
  return at === null ? '-' : instantText(at).slice(5, 16);
}
