import type { Irregularity, Visit } from '../records/records.ts';
import type { Told } from './test-garage.ts';

/** For tests: what was told in the end, to be compared: newest revisions, without revision numbers and the names that were minted. */
export function outcomesOf(told: Told): string[] {
  return [...told.visits.map(visitLine), ...told.irregularities.map((irregularity) => irregularityLine(irregularity, told))].sort();
}

function visitLine({ visitId: _, revision: __, firstSeenAt: ___, ...content }: Visit): string {
  return JSON.stringify(content);
}

function irregularityLine({ irregularityId: _, revision: __, visitIds, ...content }: Irregularity, told: Told): string {
  // A recount names stays that later turned out never to have been.
  const visits = visitIds.map((visitId) => told.visits.find((visit) => visit.visitId === visitId))
    .map((visit) => (visit === undefined ? '' : visitLine(visit))).sort();
  return JSON.stringify({ ...content, visits });
}
