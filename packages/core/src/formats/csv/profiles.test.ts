import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../base/errors.ts';
import { stepLocalTime, type TimeGrid, timeGrid } from '../../base/time-grid.ts';
import { readProfiles } from './profiles.ts';
import { timeColumn, writeTable } from './table.ts';

const fileName = 'house.csv';
const hours = (start: string, steps_count: number, zone = 'UTC', step_min = 60): TimeGrid =>
  timeGrid({ start, zone, step_min, steps_count });
const read = (text: string, grid: TimeGrid) => readProfiles(text, { fileName, grid });
function refusal(text: string, grid = hours('2025-01-15T00:00', 2)): InputError {
  try {
    read(text, grid);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return error as InputError;
  }
  throw new Error('was read');
}
const good = 'time,house1_p_kW,house1_q_kvar\n2025-01-15T00:00,1,0.5\n2025-01-15T01:00,2,-0.5\n';

describe('readProfiles', () => {
  it('reads values in house units on the grid', () => {
    const profiles = read(good, hours('2025-01-15T00:00', 2));
    expect([...profiles.keys()]).toEqual(['house1_p_kW', 'house1_q_kvar']);
    expect([...(profiles.get('house1_q_kvar') ?? [])]).toEqual([0.5, -0.5]);
  });

  it('takes semicolons, tabs, quotes, BOM, CRLF, blank lines and a time column anywhere', () => {
    const text = '\ufeff"a;b ""x""_p_kW" ; time[UTC]\r\n1e1;2025-01-15 00:00:00\r\n\r\n "-.5" ;2025-01-15T01:00Z\r\n';
    expect(read(text, hours('2025-01-15T00:00', 2))).toEqual(new Map([['a;b "x"_p_kW', Float64Array.of(10, -0.5)]]));
    expect(read(good.replaceAll(',', '\t'), hours('2025-01-15T00:00', 2)).size).toBe(2);
  });

  it('understands the zone of the header, of the grid, and offsets', () => {
    const berlin = hours('2025-07-01T00:00', 2, 'Europe/Berlin');
    const same = ['time\n', 'time[Europe/Berlin]\n'].map((head) =>
      read(`${head.trim()},a_kW\n2025-07-01T00:00,1\n2025-07-01T01:00,2\n`, berlin).get('a_kW'),
    );
    same.push(read('time[UTC],a_kW\n2025-06-30T22:00,1\n2025-06-30T23:00,2\n', berlin).get('a_kW'));
    same.push(read('time,a_kW\n2025-07-01T02:00+04:00,1\n2025-06-30T20:00-0300,2\n', berlin).get('a_kW'));
    for (const values of same) expect([...(values ?? [])]).toEqual([1, 2]);
  });

  it('holds a coarser profile and averages a finer one', () => {
    const hourly = 'time,a_kW\n2025-01-15T00:00,1\n2025-01-15T01:00,3\n';
    expect([...(read(hourly, hours('2025-01-15T00:30', 3, 'UTC', 30)).get('a_kW') ?? [])]).toEqual([1, 3, 3]);
    expect([...(read(hourly, hours('2025-01-15T00:00', 1, 'UTC', 120)).get('a_kW') ?? [])]).toEqual([2]);
    expect([...(read(hourly, hours('2025-01-15T00:45', 1, 'UTC', 60)).get('a_kW') ?? [])]).toEqual([2.5]);
  });

  it.each([
    ['2025-03-30T00:00', 23],
    ['2025-10-26T00:00', 25],
  ])('reads the day of %s with %i hours, written by timeColumn', (start, count) => {
    const grid = timeGrid({ start, zone: 'Europe/Berlin', step_min: 60, days_count: 1 });
    expect(grid.steps_count).toBe(count);
    const values = Float64Array.from({ length: count }, (_, t) => t + 0.1);
    expect(read(writeTable([timeColumn(grid), { name: 'a_kW', values }]), grid)).toEqual(new Map([['a_kW', values]]));
  });

  it('refuses the repeated local hour without offsets, and the skipped one', () => {
    const grid = timeGrid({ start: '2025-10-26T00:00', zone: 'Europe/Berlin', step_min: 60, days_count: 1 });
    const rows = Array.from({ length: 25 }, (_, t) => `${stepLocalTime(grid, t).slice(0, 16)},${t}`);
    expect(refusal(`time,a_kW\n${rows.join('\n')}\n`, grid)).toMatchObject({ code: 'CSV_TIME_INVALID', where: 'house.csv:4' });
    const spring = timeGrid({ start: '2025-03-30T00:00', zone: 'Europe/Berlin', step_min: 60, days_count: 1 });
    expect(refusal('time,a_kW\n2025-03-30T02:30,1\n', spring).code).toBe('CSV_TIME_INVALID');
  });

  it('reads a year of quarter hours in local time in less than two seconds', () => {
    const grid = timeGrid({ start: '2025-01-01T00:00Z', zone: 'UTC', step_min: 15, steps_count: 35_000 });
    const text = `time,a_kW\n${Array.from({ length: 35_040 }, (_, k) => {
      const day = Math.floor(k / 96);
      const date = new Date(Date.UTC(2025, 0, 1 + day, 0, (k % 96) * 15)).toISOString().slice(0, 16);
      return `${date},${k}`;
    }).join('\n')}\n`;
    const start = performance.now();
    const tokyo = text.replace('time,', 'time[Asia/Tokyo],').replaceAll('\n2025', '\n2025');
    expect(read(text, grid).get('a_kW')?.[34_999]).toBe(34_999);
    expect(read(tokyo, timeGrid({ ...grid, start: '2024-12-31T15:00Z', step_min: 15 })).get('a_kW')?.[7]).toBe(7);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it.each([
    ['CSV_EMPTY', 'time,a_kW\n'],
    ['FORMAT_EMPTY', ' \n'],
    ['FORMAT_BINARY', 'PK\u0003\u0004'],
    ['CSV_QUOTE', 'time,"a_kW\n2025-01-15T00:00,1\n'],
    ['CSV_QUOTE', 'time,"a"_kW\n2025-01-15T00:00,1\n'],
    ['CSV_TIME_COLUMN', good.replace('time', 'when')],
    ['CSV_ZONE_UNKNOWN', good.replace('time', 'time[Europe/Berlinn]')],
    ['CSV_COLUMN_NAME', 'time,,a_kW\n2025-01-15T00:00,1,2\n'],
    ['CSV_COLUMN_DUPLICATE', good.replace('house1_q_kvar', 'house1_p_kW')],
    ['CSV_COLUMN_DUPLICATE', good.replace('house1_q_kvar', 'time')],
    ['CSV_UNIT_MISSING', good.replace('house1_p_kW', 'house1')],
    ['CSV_UNIT_UNKNOWN', good.replace('house1_p_kW', 'house1_p_MW')],
    ['CSV_UNIT_UNKNOWN', good.replace('house1_p_kW', 'price_EUR_per_kWh')],
    ['CSV_ROW_LENGTH', good.replace('2,-0.5', '2')],
    ['CSV_DECIMAL_COMMA', 'time,a_kW\n2025-01-15T00:00,1,5\n2025-01-15T01:00,1,5\n'],
    ['CSV_DECIMAL_COMMA', 'time;a_kW\n2025-01-15T00:00;1,5\n2025-01-15T01:00;1\n'],
    ['CSV_CELL_EMPTY', good.replace('2,-0.5', ',-0.5')],
    ['CSV_NUMBER_INVALID', good.replace('2,-0.5', 'NaN,-0.5')],
    ['CSV_NUMBER_INVALID', good.replace('2,-0.5', '1e999,-0.5')],
    ['CSV_NUMBER_INVALID', good.replace('2,-0.5', '0x10,-0.5')],
    ['CSV_TIME_INVALID', good.replace('2025-01-15T01:00', '15.01.2025 01:00')],
    ['CSV_TIME_INVALID', good.replace('2025-01-15T01:00', '2025-02-30T01:00')],
    ['CSV_TIME_INVALID', good.replace('2025-01-15T01:00', '2025-01-15T24:00')],
    ['CSV_TIME_ORDER', good.replace('2025-01-15T01:00', '2025-01-14T01:00')],
    ['CSV_TIME_DUPLICATE', good.replace('2025-01-15T01:00', '2025-01-15T00:00')],
    ['CSV_TIME_IRREGULAR', `${good}2025-01-15T03:00,1,1\n`],
    ['CSV_TIME_IRREGULAR', `${good}2025-01-15T01:30,1,1\n`],
    ['CSV_HORIZON', good.replaceAll('2025-01-15', '2025-01-16')],
    ['CSV_HORIZON', good.replace(/2025-01-15T01.*\n/, '')],
  ])('refuses with %s: %j', (code, text) => {
    const error = refusal(text);
    expect(error.code, error.message).toBe(code);
    expect(error.where).toMatch(/^house\.csv(:\d+)?$/);
    expect(error.hint).toBeTruthy();
  });

  it('refuses energy on another step', () => {
    const text = 'time,a_kWh\n2025-01-15T00:00,1\n2025-01-15T01:00,2\n';
    expect(refusal(text, hours('2025-01-15T00:00', 2, 'UTC', 30)).code).toBe('CSV_ENERGY_STEP');
    expect(read(text, hours('2025-01-15T00:00', 2)).get('a_kWh')?.[1]).toBe(2);
  });

  it('says which unit is meant, and both horizons', () => {
    expect(refusal(good.replace('house1_p_kW', 'house1_p_MW')).hint).toContain('Did you mean "house1_p_kW"?');
    expect(refusal(good.replace('house1_p_kW', 'house1_p_kw')).hint).toContain('Did you mean "house1_p_kW"?');
    expect(refusal(good.replace('house1_q_kvar', 'house1_q_kvra')).hint).toContain('Did you mean "house1_q_kvar"?');
    expect(refusal(good.replaceAll('01-15', '01-16')).message).toContain(
      'run from 2025-01-16T00:00+00:00 to 2025-01-16T02:00+00:00, the study from 2025-01-15T00:00+00:00 to 2025-01-15T02:00+00:00',
    );
  });

  it('throws nothing but InputError, whatever the text', () => {
    const grid = hours('2025-01-15T00:00', 2);
    const survives = (text: string): void => {
      try {
        read(text, grid);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as InputError).where).toBeTruthy();
        expect((error as InputError).hint).toBeTruthy();
      }
    };
    fc.assert(fc.property(fc.string({ unit: 'binary' }), survives));
    const edit = fc.record({ at: fc.nat(good.length), cut: fc.nat(6), put: fc.string({ maxLength: 4, unit: 'binary' }) });
    fc.assert(
      fc.property(edit, ({ at, cut, put }) => survives(good.slice(0, at) + put + good.slice(at + cut))),
      { numRuns: 500 },
    );
    survives(`time,a_kW\n${'9'.repeat(5_000_000)},1\n`);
  });
});

describe('writeTable', () => {
  it('writes numbers that are read back exactly, and quotes what needs it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }), (list) => {
        const grid = hours('2025-01-15T00:00', list.length);
        const values = Float64Array.from(list, (x) => x + 0);
        const text = writeTable([timeColumn(grid), { name: 'a,"b"_kW', values }]);
        expect(read(text, grid)).toEqual(new Map([['a,"b"_kW', values]]));
      }),
    );
    expect(
      writeTable([
        { name: 'id', values: ['a', ' b', ''] },
        { name: 'v_pu', values: [1, Number.NaN, 0.5] },
      ]),
    ).toBe('id,v_pu\na,1\n" b",\n"",0.5\n');
    expect(() =>
      writeTable([
        { name: 'a', values: [1] },
        { name: 'b', values: [] },
      ]),
    ).toThrow('CSV_COLUMNS_UNEQUAL');
  });
});
