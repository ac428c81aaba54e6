import { catalog, type Feeder, readBuiltIn } from '@gridflock/core';
import { describe, expect, it } from 'vitest';
import { readFeederProfiles } from './feeder-profiles.ts';

const ieee13 = readBuiltIn(catalog.networks.find(({ name }) => name === 'ieee13')!).feeder!;
const roof: Feeder['inverters'][number] = {
  ...{ id: 'roof', kind: 'pv', connection: 'wye', terminal: ieee13.loads[0]!.terminal, v_rated_kV: 0.277, s_rated_kVA: 12, p_kW: 10 },
  ...{ p_rated_kW: 10, q_kvar: 0, priority: 'watt', inService: true },
};
const idle = { ...ieee13.loads[0]!, id: 'idle', p_kW: [0, 0, 0], q_kvar: [0, 0, 0] };
const feeder: Feeder = { ...ieee13, inverters: [roof], loads: [...ieee13.loads, idle] };

const read = (header: string, ...rows: string[]) =>
  readFeederProfiles([`time,${header}`, ...rows.map((row, k) => `2025-01-15T0${k}:00Z,${row}`)].join('\n'), 'p.csv', feeder);
const followedBy = ({ feeder: followed }: ReturnType<typeof read>, id: string) => {
  const element = [...followed.loads, ...followed.inverters].find((each) => each.id === id)!;
  return followed.profiles.find((profile) => profile.id === element.profile?.yearly);
};

describe('profiles of a file for a feeder', () => {
  it('one column for all loads is one profile', () => {
    const found = read('load_frac', '0.5', '0.8');
    expect(found.feeder.profiles).toHaveLength(1);
    expect(followedBy(found, 'L611')?.p).toEqual([0.5, 0.8]);
    expect(followedBy(found, 'roof')).toBeUndefined();
    expect(found.series).toEqual({ mode: 'yearly', step_s: 3600, steps_count: 2 });
    expect(found.names).toEqual(['2025-01-15T00:00:00Z', '2025-01-15T01:00:00Z']);
  });

  it('powers of one load become multiples of its own; without a q column q stays', () => {
    const found = followedBy(read('L611_p_kW', '-85', '-170'), 'L611')!;
    expect(found.p).toEqual([0.5, 1]);
    expect(found.q).toEqual([1, 1]);
    expect(found.actual).toBe(false);
  });

  it('powers of a bus are shared by its loads as the feeder shares them', () => {
    const found = read('634_p_kW', '-200', '-400');
    expect(followedBy(found, 'L634')?.p).toEqual([0.5, 1]);
    // what had nothing at the same bus still has nothing
    expect(found.feeder.loads.at(-1)?.p_kW).toEqual([0, 0, 0]);
  });

  it('a load that had nothing takes what the column gives', () => {
    const found = read('idle_p_kW,idle_q_kvar', '-30,-6', '0,0');
    const load = found.feeder.loads.at(-1)!;
    const { p, q } = followedBy(found, 'idle')!;
    expect(load.p_kW.reduce((a, b) => a + b, 0) * p[0]!).toBeCloseTo(30, 12);
    expect(load.q_kvar.reduce((a, b) => a + b, 0) * q![0]!).toBeCloseTo(6, 12);
  });

  it('inverters follow kW, + into the network', () => {
    expect(followedBy(read('roof_p_kW', '4', '7'), 'roof')).toMatchObject({ p: [4, 7], actual: true });
    expect(followedBy(read('inverter_frac', '0.4', '0.7'), 'roof')?.p).toEqual([4, 7]);
  });

  it.each([
    ['load_frac,L611_p_kW', '1,-1', 'PROFILE_MIXED'],
    ['L611_p_kW,611_p_kW', '-1,-1', 'PROFILE_MIXED'],
    ['L612_p_kW', '-1', 'PROFILE_UNKNOWN_BUS'],
    ['680_p_kW', '-1', 'PROFILE_UNKNOWN_BUS'],
    ['roof_q_kvar', '1', 'PROFILE_UNKNOWN_COLUMN'],
    ['L611_kWh', '1', 'PROFILE_UNKNOWN_COLUMN'],
  ])('%s: %s is refused', (header, row, code) => {
    expect(() => read(header, row, row)).toThrow(code);
  });
});
