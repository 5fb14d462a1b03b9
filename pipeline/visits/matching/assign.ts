/**
 * The one-to-one assignment of exits (rows) to stays (columns) with the greatest sum of scores, where a row may stay
 * unassigned at its null score. Exact, by shortest augmenting paths along the pairs that beat the null; deterministic.
 *
 * @param scores nats, by row and column; -Infinity is impossible
 * @param nullScores nats, finite, by row
 * @returns the column of each row, -1: none
 */
export function assign(scores: readonly (readonly number[])[], nullScores: readonly number[]): readonly number[] {
  const rows = scores.length;
  const columns = rows === 0 ? 0 : scores[0]!.length;
  // What a pair gains over leaving its row alone. Nobody is assigned at a loss.
  const gains = scores.map((row, i) =>
    row.flatMap((score, column) => (score > nullScores[i]! ? [{ column, gain: score - nullScores[i]! }] : [])));
  const columnOfRow = new Array<number>(rows).fill(-1);
  const rowOfColumn = new Array<number>(columns).fill(-1);
  // Prices keep every gain less its prices at or below zero, and at zero along the assignment.
  const rowPrice = gains.map((pairs) => pairs.reduce((most, { gain }) => Math.max(most, gain), 0));
  const columnPrice = new Array<number>(columns).fill(0);

  for (let row = 0; row < rows; row++) if (gains[row]!.length > 0) augment(row);
  return columnOfRow;

  /** Brings the row in along the path that loses least; the path ends at a free column or leaves some row alone. */
  function augment(start: number): void {
    const loss = new Array<number>(columns).fill(Infinity);
    const from = new Array<number>(columns).fill(-1);
    const done = new Set<number>();
    const reached = new Set<number>();
    const rowLoss = new Map<number, number>([[start, 0]]);
    let endLoss = Infinity;
    let endRow = -1;
    let endColumn = -1;

    for (let row = start, lost = 0; ;) {
      // Leaving this row alone ends the path.
      if (lost + rowPrice[row]! < endLoss) {
        endLoss = lost + rowPrice[row]!;
        endRow = row;
        endColumn = -1;
      }
      for (const { column, gain } of gains[row]!) {
        if (done.has(column)) continue;
        const through = lost + rowPrice[row]! + columnPrice[column]! - gain;
        if (through < loss[column]!) {
          loss[column] = through;
          from[column] = row;
          reached.add(column);
        }
      }
      let nearest = -1;
      for (const column of reached) {
        if (!done.has(column) && (nearest < 0 || loss[column]! < loss[nearest]!)) nearest = column;
      }
      if (nearest < 0 || loss[nearest]! >= endLoss) break;
      done.add(nearest);
      lost = loss[nearest]!;
      row = rowOfColumn[nearest]!;
      if (row < 0) {
        endLoss = lost;
        endColumn = nearest;
        endRow = -1;
        break;
      }
      rowLoss.set(row, lost);
    }

    for (const [row, lost] of rowLoss) rowPrice[row]! -= Math.max(0, endLoss - lost);
    for (const column of done) if (loss[column]! < endLoss) columnPrice[column]! += endLoss - loss[column]!;

    // Turn the path: each row on it takes the column through which it was left.
    let column = endColumn;
    if (column < 0) {
      column = columnOfRow[endRow]!;
      columnOfRow[endRow] = -1;
      if (column < 0) return;
    }
    for (;;) {
      const row = from[column]!;
      const before = columnOfRow[row]!;
      columnOfRow[row] = column;
      rowOfColumn[column] = row;
      if (row === start) return;
      column = before;
    }
  }
}
