/** Rows of cells as a text for a terminal, in columns; the first row names them. */
export function textTable(rows: readonly (readonly string[])[]): string {
  return tableLines(rows).join('\n');
}

/** The same, line by line. A column of numbers alone stands to the right. */
export function tableLines(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths: number[] = [];
  const isNumber: boolean[] = [];
  rows.forEach((cells, row) => cells.forEach((cell, column) => {
    widths[column] = Math.max(widths[column] ?? 0, cell.length);
    isNumber[column] = (isNumber[column] ?? true) && (row === 0 || /^[-+]?[\d,.]*%?$/.test(cell));
  }));
  return rows.map((cells) => (indent + cells.map((cell, column) =>
    (isNumber[column] && rows.length > 1
      ? cell.padStart(widths[column]!)
      : cell.padEnd(widths[column]!))).join('  ')).trimEnd());
}
