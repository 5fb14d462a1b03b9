import { tableLines } from '../../service/text-table.ts';
import { durationText, instantText, shareText } from '../../service/text-values.ts';
import type { Evidence, EvidentVisit, PossibleAction, ReviewItem } from './review-evidence.ts';

/** An item with its evidence as lines for a terminal: what it is, why it waits, who it may be, what can be done. Plates stand in it. */
export function reviewText(item: ReviewItem, evidence: Evidence): string[] {
  const { garageId, visitId, at, types } = item;
  const { visit, candidates, missedShare, why, actions } = evidence;
  return [
    `${visitId}  ${types.join(', ')}  ${instantText(at)}`,
    ...(visit === null ? [] : [`  ${visitText(visit)}`]),
    `  ${why}`,
    ...(candidates.length === 0 ? [] : tableLines([
      ['whose', 'plate', 'entered', 'stayed', 'score', 'share', 'now'],
      ...candidates.map(({ visitId: id, country, plate, enteredAt, lengthMs, score, share, isInside }) => [
        id, `${country} ${plate}`, instantText(enteredAt).slice(0, 19), durationText(lengthMs), score.toFixed(1), shareText(share),
        isInside ? 'inside' : 'left',
      ]),
      ...(missedShare === null ? [] : [['nobody: entry missed', '', '', '', '', shareText(missedShare), '']]),
    ], '    ')),
    ...actions.flatMap((action) => [`  ${commandText(garageId, action)}`, `      ${action.effect}`]),
  ];
}

function visitText({ country, plate, entryPlate, exitPlate, enteredAt, exitedAt, lengthMs }: EvidentVisit): string {
  const readAs = entryPlate !== null && exitPlate !== null && entryPlate !== exitPlate ? ` (in as ${entryPlate}, out as ${exitPlate})` : '';
  const time = (at: number | null): string => (at === null ? 'not known' : instantText(at).slice(0, 19));
  return `${country} ${plate || 'no plate'}${readAs}, in ${time(enteredAt)}, out ${time(exitedAt)}` +
    (lengthMs === null ? '' : `, stayed ${durationText(lengthMs)}`);
}

function commandText(garageId: string, { type, visitId, otherVisitId, irregularityId }: PossibleAction): string {
  const subject = type === 'review_correct' ? [visitId, 'COUNTRY', 'PLATE'] : [visitId, otherVisitId, irregularityId];
  return ['review', type.slice('review_'.length), garageId, ...subject.filter((word) => word !== undefined)].join(' ');
}
