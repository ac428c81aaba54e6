import { expect, it } from 'vitest';
import type { ProfileWire } from '../feeder/profile-wires.ts';
import { colourStyle, plainStyle } from './text.ts';
import { voltagePlot } from './voltage-plot.ts';

const wire = (conductor: number, from: [number, number], to: [number, number]): ProfileWire => ({ conductor, kind: 'line', from, to });

it('puts buses where their voltage and distance are', () => {
  const rows = voltagePlot([wire(1, [0, 1], [2, 0.95]), wire(2, [0, 1], [2, 1.02])], 'km', 60, 10, plainStyle);
  const picture = rows.slice(0, 10).map((row) => row.slice(8));
  expect(rows).toHaveLength(12);
  expect(rows[11]).toMatch(/^ {8}0 +2 km$/);
  // both phases start at one place, end at the two ends
  expect(picture.filter((row) => row.startsWith('∙'))).toHaveLength(1);
  const [top, bottom] = [picture.findIndex((row) => row.endsWith('b')), picture.findIndex((row) => row.endsWith('a'))];
  expect(top).toBeLessThan(picture.findIndex((row) => row.startsWith('∙')));
  expect(bottom).toBeGreaterThan(picture.findIndex((row) => row.startsWith('∙')));
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(60);
});

it('names round voltages on its axis, and colours phases', () => {
  const rows = voltagePlot([wire(3, [0, 1], [1, 0.9])], 'lines', 80, 12, colourStyle);
  expect(rows.join('\n')).toMatch(/0\.950 ┤[\s\S]*0\.900 ┤/);
  expect(rows.join('\n')).toContain('\u001b[35mc\u001b[39m');
});

it.each([
  ['no wires', []],
  ['no distance', [wire(1, [0, 1], [0, 0.9])]],
])('draws nothing of %s', (_, wires) => {
  expect(voltagePlot(wires, 'km', 80, 12, plainStyle)).toEqual([]);
});
