import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../base/random.ts';
import type { Feeder } from '../../../network/feeder/feeder.ts';
import { interiorPoint } from '../../../solvers/interior-point/interior-point.ts';
import { isSolved } from '../../result.ts';
import { solveOpf } from '../../solve.ts';
import { buildFeederModel } from '../model.ts';
import { engine, ieee13, sun } from '../testing/ieee13.ts';
import { row } from '../testing/row.ts';
import { meanPrices, placeOf, solve, withDemand } from '../testing/solve.ts';
import { sourcePowers, treeFlow } from '../tree-flow.ts';

const formulation = 'three-phase-sdp';
const suns = [sun('pv a', '675', [1, 2, 3, 0], 800, 900), sun('pv b', '611', [3, 0], 100, 120)];

/** Every load to earth and of constant power. */
function toEarth(feeder: Feeder): Feeder {
  return {
    ...feeder,
    loads: feeder.loads.map((load) => {
      const { conductors } = load.terminal;
      if (load.connection === 'wye') return load;
      const earthed = conductors.length === 2 ? [conductors[0], 0] : [...conductors, 0];
      return { ...load, connection: 'wye', v_rated_kV: 2.4, terminal: { ...load.terminal, conductors: earthed } };
    }),
  };
}

const feeder = toEarth(ieee13({ v_min_pu: 0.95, v_max_pu: 1.07, isPower: true, inverters: suns }));

describe('three-phase-sdp', () => {
  it('on a balanced feeder is the second-order cone relaxation: cost, dispatch, voltages, prices', async () => {
    for (const given of [{}, { v_min_pu: 0.995 }, { rating_kVA: 550 }]) {
      const { one, three, options } = row({ ...given, hasCharging: true, v_source_pu: 1.02 });
      const single = await solveOpf(one, { solver: interiorPoint() }, { formulation: 'soc', limits: 'current', tolerance_frac: 1e-10 });
      const found = await solve(three, { ...options, formulation, tolerance_frac: 1e-9 });
      expect(single.status).toBe('optimal');
      expect(Math.abs(found.objective_cur_per_h / single.objective_cur_per_h - 1)).toBeLessThan(1e-6);
      expect(found.certificate.relaxation).toMatchObject({ isExact: true });
      found.units.forEach(({ p_kW }, d) => expect(Math.abs(p_kW - single.p_kW[d + 1])).toBeLessThan(1e-2));
      for (const { bus, v_pu } of found.places) expect(Math.abs(v_pu - single.v_pu[bus])).toBeLessThan(1e-5);
      meanPrices(found).forEach((price, bus) => expect(Math.abs(price - single.price_cur_per_kWh[bus])).toBeLessThan(1e-5));
    }
  });

  it('is exact on an unbalanced feeder with loads to earth: its point is the power flow', async () => {
    const found = await solve(feeder, { formulation });
    const { relaxation, acCheck } = found.certificate;
    expect(found.status).toBe('optimal');
    expect(found.recovered).toBeUndefined();
    expect(relaxation?.isExact).toBe(true);
    expect(relaxation?.rankGap_max_frac).toBeLessThan(1e-6);
    expect(Math.abs(relaxation?.inventedLoss_kW ?? 1)).toBeLessThan(1e-3);
    expect(acCheck?.v_difference_max_pu).toBeLessThan(1e-7);
    expect(acCheck?.sourceShift_kW).toBeLessThan(1e-3);
    expect(acCheck?.v_violation_max_pu).toBeLessThan(1e-6);
    const linear = await solve(feeder);
    expect(found.objective_cur_per_h).toBeLessThan(linear.objective_cur_per_h + 1e-4);
    expect(linear.objective_cur_per_h / found.objective_cur_per_h - 1).toBeLessThan(2e-4);
    for (const { angle_rad, bus, conductor } of found.places) {
      const other = placeOf(feeder, linear, feeder.buses[bus].id, conductor);
      expect(Math.abs(angle_rad - other.angle_rad)).toBeLessThan(0.02);
    }
  });

  it('is a bound: no dispatch within the limits is cheaper in the power flow', async () => {
    const model = buildFeederModel(feeder, {});
    const { certificate } = await solve(feeder, { formulation });
    const bound = certificate.relaxation?.bound ?? Number.NaN;
    const stream = randomStream(5);
    let kept = 0;
    for (let trial = 0; trial < 200; trial++) {
      const p = model.units.map(({ p_max_pu }) => stream.between(0.5, 1) * p_max_pu);
      const q = model.units.map(({ s_max_pu }, d) => stream.between(-1, 1) * Math.sqrt(s_max_pu ** 2 - p[d] ** 2));
      const flow = treeFlow(model, { p, q });
      const isInside = flow.v.every((v, node) => {
        const w = v[0] ** 2 + v[1] ** 2;
        return w >= model.w_min_pu[node] && w <= model.w_max_pu[node];
      });
      if (!isInside) continue;
      kept++;
      const cost = sourcePowers(model, flow).reduce((sum, [own]) => sum + own, 0) * model.bases.s_base_kVA;
      expect(cost).toBeGreaterThan(bound);
    }
    expect(kept).toBeGreaterThan(50);
  });

  it('with loads between phases is a narrow bound, and brings a power flow and the gap', async () => {
    const given = ieee13({
      v_min_pu: 0.95,
      v_max_pu: 1.07,
      isPower: true,
      inverters: [...suns, sun('pv d', '671', [1, 2], 300, 350, { v_rated_kV: 4.16 })],
    });
    const found = await solve(given, { formulation });
    const { relaxation } = found.certificate;
    expect(relaxation?.isExact).toBe(false);
    expect(found.recovered?.status).toBe('optimal');
    expect(found.recovered?.certificate.acCheck?.v_difference_max_pu).toBeLessThan(1e-6);
    expect(relaxation?.bound).toBeLessThan(found.recovered?.objective_cur_per_h ?? 0);
    expect(relaxation?.gap_frac).toBeLessThan(1e-3);
    const bare = await solve(given, { formulation, recover: false });
    expect(bare.recovered).toBeUndefined();
    expect(bare.certificate.relaxation?.gap_frac).toBeUndefined();
  });

  it('says that it has no proven bound where the law of a load is a curve', async () => {
    const found = await solve(ieee13({ v_min_pu: 0.95, v_max_pu: 1.07, inverters: suns }), { formulation });
    expect(found.certificate.relaxation?.bound).toBeNaN();
    expect(found.certificate.relaxation?.gap_frac).toBeUndefined();
    expect(found.notes.join()).toMatch(/no proven bound/);
    expect(found.recovered?.status).toBe('optimal');
  });

  it('has prices that are the change of the optimal cost', async () => {
    const options = { formulation, tolerance_frac: 1e-9 } as const;
    const narrow = toEarth(ieee13({ v_min_pu: 0.985, v_max_pu: 1.07, isPower: true, inverters: suns }));
    const found = await solve(narrow, options);
    expect(found.certificate.relaxation?.isExact).toBe(true);
    const bus = narrow.buses.findIndex(({ id }) => id === '675');
    for (const conductor of [1, 3]) {
      const step_kW = 1;
      const more = await solve(withDemand(narrow, bus, conductor, step_kW), options);
      const less = await solve(withDemand(narrow, bus, conductor, -step_kW), options);
      const slope = (more.objective_cur_per_h - less.objective_cur_per_h) / (2 * step_kW);
      expect(Math.abs(slope - placeOf(narrow, found, '675', conductor).price_cur_per_kWh)).toBeLessThan(1e-3);
    }
  });

  it('keeps currents and unbalance as the power flow counts them', async () => {
    const free = await solve(feeder, { formulation });
    const limit_frac = 0.95 * (free.certificate.acCheck?.unbalance_max_frac ?? 0);
    const kept = await solve(feeder, { formulation, unbalance_max_frac: limit_frac });
    expect(isSolved(kept.status)).toBe(true);
    const { certificate } = kept.recovered ?? kept;
    expect(certificate.acCheck?.unbalance_max_frac).toBeLessThan(limit_frac + 1e-5);
    expect(kept.objective_cur_per_h).toBeGreaterThan(free.objective_cur_per_h);
    const rated = toEarth(ieee13({ v_min_pu: 0.95, v_max_pu: 1.07, i_max_A: 300, isPower: true, inverters: suns, generators: [engine] }));
    const tight = await solve(rated, { formulation, sourcePrice_cur_per_kWh: 0.1, units: { engine: { price_cur_per_kWh: 0.4 } } });
    expect(isSolved(tight.status)).toBe(true);
    expect((tight.recovered ?? tight).certificate.acCheck?.loading_max_frac).toBeLessThan(1 + 1e-4);
    expect((tight.recovered ?? tight).certificate.acCheck?.loading_max_frac).toBeGreaterThan(0.99);
  });

  it('proves that there is no power flow within the limits', async () => {
    const { three, options } = row({ v_min_pu: 1.04 });
    const found = await solve(three, { ...options, formulation });
    expect(found.status).toBe('infeasible');
    expect(found.notes.join()).toMatch(/proves/);
    expect(found.conflict).toContain('voltage limit of bus 1, phase a');
  });

  it('says that it cheats where losses are welcome', async () => {
    const { three, options } = row({ gridPrice_cur_per_kWh: -0.05, sun_kW: 0 });
    const found = await solve(three, { ...options, formulation });
    expect(found.certificate.relaxation?.isExact).toBe(false);
    expect(found.certificate.relaxation?.inventedLoss_kW).toBeGreaterThan(100);
    expect(found.recovered?.status).toBe('optimal');
    expect(found.certificate.relaxation?.bound).toBeLessThan(found.recovered?.objective_cur_per_h ?? 0);
  });
});
