import { describe, expect, it } from 'vitest';
import { interiorPoint } from '../../../solvers/interior-point/interior-point.ts';
import { solveOpf } from '../../solve.ts';
import { engine, ieee13, sun } from '../testing/ieee13.ts';
import { row } from '../testing/row.ts';
import { meanPrices, partsOf, placeOf, services, solve, withDemand } from '../testing/solve.ts';

const suns = [
  sun('pv a', '675', [1, 2, 3, 0], 800, 900),
  sun('pv b', '611', [3, 0], 100, 120),
  sun('pv d', '671', [1, 2], 300, 350, { v_rated_kV: 4.16 }),
];

describe('three-phase-linear on a balanced feeder', () => {
  it('around no load is lindistflow: dispatch, cost, voltages and prices phase by phase', async () => {
    for (const given of [{}, { v_min_pu: 0.995 }, { rating_kVA: 550 }]) {
      const { one, three, options } = row(given);
      const single = await solveOpf(
        one,
        { solver: interiorPoint() },
        { formulation: 'lindistflow', limits: 'current', tolerance_frac: 1e-10 },
      );
      const found = await solve(three, { ...options, refinements_max_count: 0, tolerance_frac: 1e-10 });
      expect([single.status, found.status]).toEqual(['optimal', 'optimal']);
      expect(Math.abs(found.objective_cur_per_h / single.objective_cur_per_h - 1)).toBeLessThan(1e-7);
      found.units.forEach(({ p_kW, q_kvar, powers }, d) => {
        expect(Math.abs(p_kW - single.p_kW[d + 1])).toBeLessThan(1e-3);
        expect(Math.abs(q_kvar - single.q_kvar[d + 1])).toBeLessThan(1e-1);
        for (const { p_kW: own } of powers) expect(own).toBeCloseTo(p_kW / 3, 9);
      });
      for (const { bus, v_pu } of found.places) expect(Math.abs(v_pu - single.v_pu[bus])).toBeLessThan(1e-5);
      // Where a rating binds in all phases, only the mean of their prices is one number: balanced units relieve all at once.
      meanPrices(found).forEach((price, bus) => expect(Math.abs(price - single.price_cur_per_kWh[bus])).toBeLessThan(1e-5));
    }
  });

  it('refined has the AC optimum, to the slopes of the linear model', async () => {
    const { one, three, options } = row({ hasCharging: true, v_source_pu: 1.02 });
    const exact = await solveOpf(one, { solver: interiorPoint() }, { formulation: 'ac' });
    const found = await solve(three, options);
    expect(Math.abs(found.objective_cur_per_h / exact.objective_cur_per_h - 1)).toBeLessThan(1e-5);
    expect(found.objective_cur_per_h).toBeGreaterThan(exact.objective_cur_per_h * (1 - 1e-8));
    expect(Math.abs(found.loss_kW / exact.loss_kW - 1)).toBeLessThan(0.02);
    for (const { bus, v_pu, angle_rad, conductor } of found.places) {
      expect(Math.abs(v_pu - exact.v_pu[bus])).toBeLessThan(1e-3);
      const turned = angle_rad + ((conductor - 1) * 2 * Math.PI) / 3 - exact.angle_rad[bus];
      expect(Math.abs(Math.atan2(Math.sin(turned), Math.cos(turned)))).toBeLessThan(1e-3);
    }
  });
});

describe('three-phase-linear on IEEE 13', () => {
  const feeder = ieee13({ v_min_pu: 0.97, v_max_pu: 1.07, inverters: suns });

  it('around no load errs by less than 0.5 % of a voltage; refined it has the voltages and the source of the power flow', async () => {
    const coarse = await solve(feeder, { refinements_max_count: 0 });
    expect(coarse.certificate.acCheck?.v_difference_max_pu).toBeLessThan(5e-3);
    expect(coarse.certificate.acCheck?.sourceShift_kW).toBeLessThan(0.005 * 3000);
    const fine = await solve(feeder);
    expect(fine.refinements_count).toBeGreaterThan(1);
    expect(fine.certificate.acCheck).toMatchObject({ converged: true });
    expect(fine.certificate.acCheck?.v_difference_max_pu).toBeLessThan(1e-6);
    expect(fine.certificate.acCheck?.v_violation_max_pu).toBeLessThan(1e-6);
    expect(fine.certificate.acCheck?.sourceShift_kW).toBeLessThan(1e-2);
    expect(fine.certificate.acCheck?.mismatch_max_kVA).toBeLessThan(1e-3);
  });

  it('keeps voltage limits, which the power flow confirms', async () => {
    const free = await solve(ieee13({ inverters: suns }));
    expect(Math.max(...free.places.map(({ v_pu }) => v_pu))).toBeGreaterThan(1.068);
    const kept = await solve(feeder);
    const narrow = await solve(ieee13({ v_min_pu: 0.985, v_max_pu: 1.07, inverters: suns }));
    expect(Math.min(...kept.places.map(({ v_pu }) => v_pu))).toBeLessThan(0.985);
    expect(Math.min(...narrow.places.map(({ v_pu }) => v_pu))).toBeGreaterThan(0.985 - 1e-6);
    expect(narrow.certificate.acCheck?.v_violation_max_pu).toBeLessThan(1e-6);
    expect(narrow.objective_cur_per_h).toBeGreaterThan(kept.objective_cur_per_h);
    const lowest = narrow.places.reduce((low, place) => (place.v_pu < low.v_pu ? place : low));
    expect(Math.abs(lowest.voltage_cur_per_kWh)).toBeGreaterThan(1e-3);
    for (const place of narrow.places) expect(Math.abs(partsOf(place) - place.price_cur_per_kWh)).toBeLessThan(1e-6);
  });

  it('keeps the currents of lines, which the power flow confirms, and prices them behind the line', async () => {
    const limited = ieee13({ v_min_pu: 0.9, v_max_pu: 1.1, i_max_A: 330, generators: [engine] });
    const options = { sourcePrice_cur_per_kWh: 0.1, units: { engine: { price_cur_per_kWh: 0.4 } } };
    const found = await solve(limited, options);
    expect(found.status).toBe('optimal');
    expect(found.certificate.acCheck?.loading_max_frac).toBeLessThan(1 + 1e-5);
    expect(found.certificate.acCheck?.loading_max_frac).toBeGreaterThan(1 - 1e-5);
    expect(found.units[0].p_kW).toBeGreaterThan(50);
    expect(placeOf(limited, found, '675', 1).congestion_cur_per_kWh).toBeGreaterThan(0.05);
    // Not behind it: only through the voltages of loads that follow them.
    expect(Math.abs(placeOf(limited, found, '646', 2).congestion_cur_per_kWh)).toBeLessThan(0.01);
    const ignored = await solve(limited, { ...options, hasRatings: false });
    expect(ignored.certificate.acCheck?.loading_max_frac).toBeGreaterThan(1.2);
  });

  it('keeps a limit of unbalance, which the power flow confirms', async () => {
    const free = await solve(feeder);
    const limit_frac = 0.8 * (free.certificate.acCheck?.unbalance_max_frac ?? 0);
    const kept = await solve(feeder, { unbalance_max_frac: limit_frac });
    expect(kept.status).toBe('optimal');
    expect(kept.certificate.acCheck?.unbalance_max_frac).toBeLessThan(limit_frac + 1e-6);
    expect(kept.certificate.acCheck?.unbalance_max_frac).toBeGreaterThan(limit_frac - 1e-4);
    expect(kept.objective_cur_per_h).toBeGreaterThan(free.objective_cur_per_h);
    for (const place of kept.places) expect(Math.abs(partsOf(place) - place.price_cur_per_kWh)).toBeLessThan(1e-6);
  });

  it('has prices that are the change of the optimal cost by a kW or kvar more demand, phase by phase', async () => {
    const options = { refinements_max_count: 0, tolerance_frac: 1e-11 };
    for (const [given, places] of [
      [ieee13({ v_min_pu: 0.985, v_max_pu: 1.07, inverters: suns }), ['675 1', '675 3', '611 3', '634 2', '646 2']],
      [ieee13({ v_min_pu: 0.9, v_max_pu: 1.07, i_max_A: 400, inverters: suns }), ['671 1', '680 3']],
    ] as const) {
      const found = await solve(given, options);
      expect(found.status).toBe('optimal');
      for (const place of places) {
        const [id, conductor] = place.split(' ');
        const bus = given.buses.findIndex((each) => each.id === id);
        const { price_cur_per_kWh, price_cur_per_kvarh } = placeOf(given, found, id, Number(conductor));
        const cost = async (p_kW: number, q_kvar: number): Promise<number> =>
          (await solve(withDemand(given, bus, Number(conductor), p_kW, q_kvar), options)).objective_cur_per_h;
        const step = 0.5;
        expect(Math.abs(((await cost(step, 0)) - (await cost(-step, 0))) / (2 * step) - price_cur_per_kWh)).toBeLessThan(1e-4);
        expect(Math.abs(((await cost(0, step)) - (await cost(0, -step))) / (2 * step) - price_cur_per_kvarh)).toBeLessThan(1e-4);
      }
    }
  });

  it('has refined prices near the change of the cost of the refined optimum', async () => {
    const found = await solve(feeder);
    const bus = feeder.buses.findIndex(({ id }) => id === '675');
    for (const conductor of [1, 2, 3]) {
      const step_kW = 5;
      const more = await solve(withDemand(feeder, bus, conductor, step_kW));
      const less = await solve(withDemand(feeder, bus, conductor, -step_kW));
      const slope = (more.objective_cur_per_h - less.objective_cur_per_h) / (2 * step_kW);
      expect(Math.abs(slope - placeOf(feeder, found, '675', conductor).price_cur_per_kWh)).toBeLessThan(0.02);
    }
  });

  it('prices energy at the source, and losses as what is left where no limit binds', async () => {
    const found = await solve(ieee13({ inverters: suns }), { sourcePrice_cur_per_kWh: 0.25 });
    for (const place of found.places) {
      expect(place.energy_cur_per_kWh).toBeCloseTo(0.25, 6);
      expect(Math.abs(place.congestion_cur_per_kWh)).toBeLessThan(1e-6);
      expect(Math.abs(place.voltage_cur_per_kWh)).toBeLessThan(1e-6);
      expect(Math.abs(place.loss_cur_per_kWh)).toBeLessThan(0.05);
    }
    const end = found.places.filter(({ bus }) => bus === 12);
    expect(end[0].loss_cur_per_kWh).toBeGreaterThan(1e-3);
  });

  it('minimises losses, and prices them', async () => {
    const cheap = await solve(feeder);
    const least = await solve(feeder, { objective: 'loss' });
    expect(least.loss_kW).toBeLessThan(cheap.loss_kW);
    expect(placeOf(feeder, least, '650', 1).price_cur_per_kWh).toBeCloseTo(1, 5);
  });

  it('holds the source in its limits: no feeding back', async () => {
    const big = ieee13({ load_frac: 0.2, v_min_pu: 0.9, v_max_pu: 1.1, inverters: [sun('pv', '671', [1, 2, 3, 0], 2500, 3000)] });
    const free = await solve(big);
    expect(free.source.powers.reduce((sum, { p_kW }) => sum + p_kW, 0)).toBeLessThan(-1000);
    const kept = await solve(big, { sourceP_min_kW: 0 });
    expect(kept.source.powers.reduce((sum, { p_kW }) => sum + p_kW, 0)).toBeGreaterThan(-0.1);
    expect(kept.units[0].p_kW).toBeLessThan(1000);
    expect(kept.certificate.acCheck?.sourceShift_kW).toBeLessThan(0.1);
  });

  it('leaves losses out, and says so, where it would pay to waste power', async () => {
    const found = await solve(feeder, { sourcePrice_cur_per_kWh: -0.05 });
    expect(found.status).toBe('optimal');
    expect(found.notes.join()).toMatch(/without losses/);
    expect(found.loss_kW).toBeGreaterThan(10);
    expect(found.certificate.acCheck?.converged).toBe(true);
  });

  it('names what conflicts when there is no dispatch', async () => {
    const found = await solve(ieee13({ v_min_pu: 0.95, v_max_pu: 1.05, inverters: suns }));
    expect(found.status).toBe('infeasible');
    expect(found.conflict).toContain('voltage limit of bus RG60, phase a');
    expect(found.notes.join()).toMatch(/approximation/);
    expect(found.certificate.acCheck).toBeUndefined();
    expect(found.places.every(({ price_cur_per_kWh }) => Number.isNaN(price_cur_per_kWh))).toBe(true);
  });

  it('keeps the answer before when the time ends within a refinement, and has none when it ends at once', async () => {
    let looks = 0;
    // Each look at the clock takes a second: the first program needs some, the refinements more than there are.
    const limited = await solve(feeder, { timeLimit_s: 40, clock_s: () => looks++ });
    const free = await solve(feeder);
    expect(free.refinements_count).toBeGreaterThan(1);
    expect(limited.status).toBe('optimal');
    expect(limited.notes.join()).toMatch(/answer before it/);
    looks = 0;
    const none = await solve(feeder, { timeLimit_s: 2, clock_s: () => looks++ });
    expect(none.status).toBe('time-limit');
    expect(none.certificate.acCheck).toBeUndefined();
  });

  it('does without a power flow to check with', async () => {
    const { solver } = services;
    const { solveFeederOpf } = await import('../solve.ts');
    const found = await solveFeederOpf(feeder, { solver });
    expect(found.status).toBe('optimal');
    expect(found.certificate.acCheck).toBeUndefined();
  });
});
