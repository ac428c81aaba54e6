import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { columns, epsilons, markers, page, protections, sizes } from './privacy-table.mjs';
import { repositoryRoot } from './source.mjs';

describe('the privacy table', () => {
  it('in the docs has the rows and columns that `npm run table:privacy` writes today, all filled in', () => {
    const text = readFileSync(join(repositoryRoot, page), 'utf8');
    const rows = text
      .slice(text.indexOf(markers[0]), text.indexOf(markers[1]))
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
    expect(rows[0]).toEqual(columns);
    expect(rows.slice(2, 2 + protections.length).map(([name]) => name)).toEqual(protections);
    const losses = rows.slice(2 + protections.length);
    expect(losses[0].slice(1)).toEqual(epsilons.map((epsilon) => `ε = ${epsilon}`));
    expect(losses.slice(2).map(([name]) => name)).toEqual(sizes.map((size) => `${size} households`));
    for (const cells of rows) {
      expect(cells).toHaveLength(cells.length > 5 ? columns.length : epsilons.length + 1);
      expect(cells.every((cell) => cell !== '')).toBe(true);
    }
  });
});
