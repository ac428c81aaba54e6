import { describe, expect, it } from 'vitest';
import { buildFeederModel } from './model.ts';
import { ieee13, sun } from './testing/ieee13.ts';
import { solve } from './testing/solve.ts';

const storage = {
  e_rated_kWh: 100,
  e_start_kWh: 40,
  e_reserve_kWh: 10,
  p_charge_max_kW: 50,
  p_discharge_max_kW: 60,
  eta_charge_frac: 0.8,
  eta_discharge_frac: 0.9,
  idle_kW: 0,
};
const battery = sun('battery', '671', [1, 2, 3, 0], 0, 80, { kind: 'storage', storage });

describe('what is decided of a feeder', () => {
  it('storage: as charge, discharge and the energy in store allow for the step', () => {
    const limits = (storageStep_h: number) => {
      const model = buildFeederModel(ieee13({ inverters: [battery] }), { storageStep_h });
      return [model.units[0].p_min_pu, model.units[0].p_max_pu].map((p) => p * model.bases.s_base_kVA);
    };
    // (100 − 40)/0.8 = 75 kWh to be drawn until full, (40 − 10)·0.9 = 27 kWh to be given until the reserve
    expect(limits(0.25)[0]).toBeCloseTo(-50, 9);
    expect(limits(0.25)[1]).toBeCloseTo(60, 9);
    expect(limits(3)[0]).toBeCloseTo(-25, 9);
    expect(limits(3)[1]).toBeCloseTo(9, 9);
  });

  it('storage discharges where power is dear and charges where it is paid for', async () => {
    const feeder = ieee13({ inverters: [battery] });
    const dear = await solve(feeder, { sourcePrice_cur_per_kWh: 0.3, storageStep_h: 1 });
    expect(dear.units[0].p_kW).toBeCloseTo(27, 3);
    const paid = await solve(feeder, { sourcePrice_cur_per_kWh: -0.1, storageStep_h: 1 });
    expect(paid.units[0].p_kW).toBeCloseTo(-50, 3);
  });

  it('an inverter stays in its circle and its own reactive limits, and is split equally', async () => {
    const feeder = ieee13({
      inverters: [sun('pv', '675', [1, 2, 3, 0], 90, 100, { qAbsorb_max_kvar: 10, qInject_max_kvar: 20 })],
      isPower: true,
    });
    const found = await solve(feeder);
    expect(found.units[0].p_kW).toBeCloseTo(90, 3);
    expect(found.units[0].q_kvar).toBeCloseTo(20, 3);
    for (const { p_kW, q_kvar } of found.units[0].powers) expect([p_kW, q_kvar].map((x) => x.toFixed(2))).toEqual(['30.00', '6.67']);
    const wide = await solve(ieee13({ inverters: [sun('pv', '675', [1, 2, 3, 0], 90, 100)], isPower: true }));
    expect(Math.hypot(wide.units[0].p_kW, wide.units[0].q_kvar)).toBeLessThan(100 + 1e-4);
    expect(wide.units[0].q_kvar).toBeGreaterThan(40);
  });

  it('limits and prices that are given replace those of the feeder', async () => {
    const feeder = ieee13({ inverters: [sun('pv', '675', [1, 2, 3, 0], 90, 100)] });
    const found = await solve(feeder, {
      units: { pv: { p_min_kW: 10, p_max_kW: 50, price_cur_per_kWh: 2, q_min_kvar: 0, q_max_kvar: 0 } },
    });
    expect(found.units[0].p_kW).toBeCloseTo(10, 3);
    expect(found.units[0].q_kvar).toBeCloseTo(0, 6);
    expect(found.units[0].cost_cur_per_h).toBeCloseTo(20, 2);
  });

  it('what cannot be is refused with a cure', async () => {
    await expect(solve(ieee13(), { units: { pw: { p_max_kW: 1 } } })).rejects.toMatchObject({ code: 'OPF_UNIT_UNKNOWN' });
    const feeder = ieee13();
    const tie = { ...feeder.lines[0], id: 'tie', from: { bus: 9, conductors: [1, 2, 3] }, to: { bus: 14, conductors: [1, 2, 3] } };
    await expect(solve({ ...feeder, lines: [...feeder.lines, tie] })).rejects.toMatchObject({ code: 'OPF_NOT_RADIAL' });
    await expect(solve({ ...feeder, sources: [] })).rejects.toMatchObject({ code: 'OPF_SOURCES_COUNT' });
    const open = { ...feeder, switches: feeder.switches.map((each) => ({ ...each, closed: false })) };
    await expect(solve(open)).rejects.toMatchObject({ code: 'OPF_PHASE_NOT_SUPPLIED' });
  });

  it('loads of zero and dead branches do no harm', async () => {
    const feeder = ieee13({ load_frac: 0 });
    const found = await solve(feeder);
    expect(found.status).toBe('optimal');
    expect(found.certificate.acCheck?.v_difference_max_pu).toBeLessThan(1e-6);
    const without = {
      ...feeder,
      lines: feeder.lines.map((line) => (line.id === '684-652' ? { ...line, closedTo: false } : line)),
      loads: [],
    };
    const open = await solve(without);
    expect(open.places.some(({ bus }) => feeder.buses[bus].id === '652')).toBe(false);
  });
});
