import { describe, expect, it } from 'vitest';
import { colourStyle, counted, harmless, mayColour, plainStyle, shownNumber, sparkline, table } from './text.ts';

describe('text for a terminal', () => {
  it('aligns columns, numbers to the right', () => {
    const columns = [{ title: 'bus' }, { title: 'v_pu', right: true }, { title: 'note' }];
    expect(
      table(
        columns,
        [
          ['1', '1', 'slack'],
          ['18', '0.91', ''],
        ],
        plainStyle,
      ),
    ).toBe('bus  v_pu  note\n1       1  slack\n18   0.91');
  });

  it('has the same widths with and without colour', () => {
    const columns = [
      { title: 'a', right: true },
      { title: 'b', right: true },
    ];
    const coloured = table(columns, [['1', '2']], colourStyle, (cell) => colourStyle.red(cell));
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(table(columns, [['1', '2']], plainStyle));
  });

  it('never lets a file steer the terminal', () => {
    expect(harmless('bus\u001b[2J\u0007\r\u202e')).toBe('bus\\x1b[2J\\x07\\x0d\\u202e');
    expect(harmless('ä\tb\n')).toBe('ä\tb\n');
    expect(table([{ title: '' }], [['a\u001b[31m\nb']], plainStyle)).toBe('a\\x1b[31m b');
  });

  it.each([
    [202.6771260323, '202.677'],
    [0, '0'],
    [Number.NaN, '–'],
    [null, '–'],
    [Number.POSITIVE_INFINITY, '∞'],
    [1234567.8, '1234568'],
    [1e-7, '1.00e-7'],
    [3715, '3715'],
  ])('shows %s as %s', (value, text) => {
    expect(shownNumber(value)).toBe(text);
  });

  it('draws a line of bars and keeps the lowest of each piece', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([1, 1, 1], 10)).toBe('▄▄▄');
    expect(sparkline([9, 0, 9, 9], 2)).toBe('▁█');
    expect(sparkline([Number.NaN, 1, 0], 3)).toBe(' █▁');
    expect(sparkline([], 5)).toBe('');
    expect(
      sparkline(
        Array.from({ length: 300_000 }, (_, k) => k),
        80,
      ),
    ).toHaveLength(80);
  });

  it('follows NO_COLOR, FORCE_COLOR and dumb terminals', () => {
    expect(mayColour(true, {})).toBe(true);
    expect(mayColour(true, { NO_COLOR: '1' })).toBe(false);
    expect(mayColour(true, { NO_COLOR: '' })).toBe(true);
    expect(mayColour(true, { TERM: 'dumb' })).toBe(false);
    expect(mayColour(false, {})).toBe(false);
    expect(mayColour(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(mayColour(true, { FORCE_COLOR: '0' })).toBe(false);
  });

  it('counts', () => {
    expect([counted(1, 'bus', 'buses'), counted(2, 'bus', 'buses'), counted(0, 'loop')]).toEqual(['1 bus', '2 buses', '0 loops']);
  });
});
