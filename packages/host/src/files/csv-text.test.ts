import { expect, it } from 'vitest';
import { csvPieces } from './csv-text.ts';

it('quotes what needs it and leaves unknown numbers empty', () => {
  const rows = [
    ['a', 1.5, null, true],
    ['b,"c"\n', Number.NaN, 1e-9, false],
  ] as const;
  expect([...csvPieces(['id', 'p_kW', 'x', 'y'], rows)].join('')).toBe('id,p_kW,x,y\na,1.5,,true\n"b,""c""\n",,1e-9,false\n');
});
