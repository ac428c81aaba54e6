type Cell = string | number | boolean | null;

/** A table as CSV (RFC 4180), piece by piece. Not-a-number and null are empty cells. */
export function* csvPieces(columns: readonly string[], rows: Iterable<readonly Cell[]>): Generator<string> {
  yield `${columns.map(cellText).join(',')}\n`;
  for (const row of rows) yield `${row.map(cellText).join(',')}\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || (typeof cell === 'number' && !Number.isFinite(cell))) return '';
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
