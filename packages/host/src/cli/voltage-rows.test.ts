import fc from 'fast-check';
import { expect, it } from 'vitest';
import { VoltageRows } from './voltage-rows.ts';

const textOf = (rows: VoltageRows): string => new TextDecoder().decode(rows.take());

it('writes what toFixed(6) writes, to the last digit', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 998, noNaN: true }), { maxLength: 50 }), (values) => {
      const rows = new VoltageRows();
      rows.begin('t');
      for (const value of values) rows.cell(value);
      rows.end();
      const [time, ...cells] = textOf(rows).trimEnd().split(',');
      expect(time).toBe('t');
      expect(cells.length).toBe(values.length);
      for (const [k, value] of values.entries()) {
        expect(cells[k]).toMatch(/^\d{1,3}\.\d{6}$/);
        expect(Math.abs(Number(cells[k]) - value)).toBeLessThanOrEqual(5.001e-7);
      }
    }),
  );
});

it('leaves what is no voltage empty, and grows', () => {
  const rows = new VoltageRows();
  rows.begin('2025-01-01T00:00Z');
  for (const value of [Number.NaN, -1, 1e9, 1]) rows.cell(value);
  rows.end();
  expect(textOf(rows)).toBe('2025-01-01T00:00Z,,,,1.000000\n');
  for (let t = 0; t < 20_000; t++) {
    rows.begin(String(t));
    rows.cell(0.987654321);
    rows.end();
  }
  const lines = textOf(rows).trimEnd().split('\n');
  expect(lines).toHaveLength(20_000);
  expect(lines.at(-1)).toBe('19999,0.987654');
});
