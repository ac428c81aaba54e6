import { describe, expect, it } from 'vitest';
import { CombinationError } from '../../base/errors.ts';
import type { Case } from '../../network/network.ts';
import { newton } from '../../powerflows/newton/newton.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import type { OpfOptions } from '../settings.ts';
import { solveOpf } from '../solve.ts';
import { feeder } from '../testing/feeder.ts';
import { linear, lines, ring } from '../testing/ring.ts';

const services = { solver: interiorPoint(), powerFlow: newton };
const solve = (value: Case, options: OpfOptions) => solveOpf(value, services, options);

describe('second-order cone relaxation', () => {
  it.each([
    ['free', {}],
    ['congested', { rating_kVA: 420 }],
    ['angle-limited', { angle_max_deg: 2 }],
    ['shifted', { shift_deg: 5, angle_max_deg: 20 }],
    ['with a parallel branch', { isDoubled: true, rating_kVA: 300 }],
    ['with lines as cost', { costs: [lines, linear(0.06)] as const }],
    ['with low voltage limits', { v_max_pu: 0.95 }],
  ])('bounds AC from below, and recovery reaches AC: %s', async (_, given) => {
    for (const objective of ['cost', 'loss'] as const) {
      for (const limits of ['apparent', 'current'] as const) {
        const exact = await solve(ring(given), { objective, limits });
        const found = await solve(ring(given), { formulation: 'soc', objective, limits });
        const { relaxation } = found.certificate;
        const reached = objective === 'loss' ? exact.loss_kW : exact.objective_cur_per_h;
        expect([exact.status, found.status]).toEqual(['optimal', 'optimal']);
        expect(relaxation?.bound).toBeLessThan(reached * (1 + 1e-7));
        expect(relaxation?.bound).toBeGreaterThan(0.5 * reached);
        if (relaxation?.isExact === true) continue;
        expect(found.recovered?.status).toBe('optimal');
        const recovered = objective === 'loss' ? found.recovered?.loss_kW : found.recovered?.objective_cur_per_h;
        expect(Math.abs((recovered ?? 0) / reached - 1)).toBeLessThan(1e-6);
        expect(relaxation?.gap_frac).toBeCloseTo(1 - (relaxation?.bound ?? 0) / reached, 6);
      }
    }
  });

  it('is exact on a radial feeder: dispatch, voltages and prices are those of AC', async () => {
    for (const given of [{}, { rating_kVA: 700 }, { v_min_pu: 0.995 }]) {
      const exact = await solve(feeder(given), { tolerance_frac: 1e-10 });
      const found = await solve(feeder(given), { formulation: 'soc', tolerance_frac: 1e-10 });
      expect(found.certificate.relaxation).toMatchObject({ isExact: true, loopMismatch_max_rad: 0 });
      expect(found.recovered).toBeUndefined();
      expect(found.certificate.relaxation?.coneGap_max_frac).toBeLessThan(1e-6);
      expect(found.objective_cur_per_h).toBeCloseTo(exact.objective_cur_per_h, 6);
      for (let b = 0; b < 6; b++) {
        expect(found.v_pu[b]).toBeCloseTo(exact.v_pu[b], 6);
        expect(found.angle_rad[b]).toBeCloseTo(exact.angle_rad[b], 6);
        expect(found.price_cur_per_kWh[b]).toBeCloseTo(exact.price_cur_per_kWh[b], 6);
        expect(found.price_cur_per_kvarh[b]).toBeCloseTo(exact.price_cur_per_kvarh[b], 6);
      }
    }
  });

  it('says that it cheats: with a negative price at the slack it burns power, and recovery gives the AC point and the gap', async () => {
    const value = feeder({ gridPrice_cur_per_kWh: -0.05, sun_kW: 0 });
    const exact = await solve(value, {});
    const found = await solve(value, { formulation: 'soc' });
    const { relaxation, acCheck } = found.certificate;
    expect(relaxation?.isExact).toBe(false);
    expect(relaxation?.coneGap_max_frac).toBeGreaterThan(0.5);
    expect(relaxation?.inventedLoss_kW).toBeGreaterThan(1000);
    expect(found.loss_kW).toBeGreaterThan(20 * exact.loss_kW);
    expect(acCheck?.slackShift_max_kW).toBeGreaterThan(1000);
    expect(found.recovered?.status).toBe('optimal');
    expect(found.recovered?.objective_cur_per_h).toBeCloseTo(exact.objective_cur_per_h, 5);
    expect(found.recovered?.certificate.acCheck?.slackShift_max_kW).toBeLessThan(1e-2);
    expect(relaxation?.gap_frac).toBeGreaterThan(0.5);
    const bare = await solve(value, { formulation: 'soc', recover: false });
    expect(bare.recovered).toBeUndefined();
    expect(bare.certificate.relaxation).toMatchObject({ isExact: false, bound: relaxation?.bound });
    expect(bare.certificate.relaxation?.gap_frac).toBeUndefined();
  });

  it('stays a bound with a negative resistance', async () => {
    const value = ring({ r_bc_pu: -0.005 });
    const exact = await solve(value, {});
    const found = await solve(value, { formulation: 'soc' });
    expect(found.status).toBe('optimal');
    expect(found.certificate.relaxation?.bound).toBeLessThan(exact.objective_cur_per_h * (1 + 1e-7));
  });

  it('proves that there is no AC point, with names', async () => {
    const found = await solve(ring({ load_kW: 50_000 }), { formulation: 'soc' });
    expect(found.status).toBe('infeasible');
    expect(found.conflict.length).toBeGreaterThan(0);
    expect(found.notes[0]).toMatch(/proves/);
    expect(found.certificate.relaxation).toBeUndefined();
  });

  it('proves for AC, whose local search cannot, that there is no point', async () => {
    for (const given of [{ load_kW: 50_000 }, { angle_max_deg: -8, load_kW: 1800 }]) {
      const found = await solve(ring(given), {});
      expect(found.status).toBe('infeasible');
      expect(found.notes[0]).toMatch(/already its second-order cone relaxation/);
      expect(found.conflict.length).toBeGreaterThan(0);
    }
  });

  it('says when no AC point is found next to it', async () => {
    // A phase shifter in a ring drives more around it than its rating carries; the relaxation does not add angles up.
    const value = ring({ shift_deg: 40, rating_kVA: 420 });
    const found = await solve(value, { formulation: 'soc' });
    expect(found.status).toBe('optimal');
    expect(found.recovered?.status).not.toBe('optimal');
    expect(found.certificate.relaxation?.isExact).toBe(false);
    expect(found.certificate.relaxation?.gap_frac).toBeUndefined();
  });
});

describe('linear branch flow', () => {
  it('is near AC on a feeder, and says how near', async () => {
    for (const objective of ['cost', 'loss'] as const) {
      const exact = await solve(feeder(), { objective });
      const found = await solve(feeder(), { formulation: 'lindistflow', objective });
      expect(found.status).toBe('optimal');
      expect(found.objective_cur_per_h / exact.objective_cur_per_h).toBeCloseTo(1, 2);
      for (let b = 0; b < 6; b++) expect(Math.abs(found.v_pu[b] - exact.v_pu[b])).toBeLessThan(2e-3);
      expect(found.certificate.acCheck?.slackShift_max_kW).toBeLessThan(3);
      expect(found.notes.join()).toMatch(/P² \+ Q²/);
    }
  });

  it('keeps ratings and voltage limits', async () => {
    const narrow = await solve(feeder({ rating_kVA: 500 }), { formulation: 'lindistflow' });
    const behind_kW = 250 + 150 + 300 + 200 - narrow.p_kW[1] - narrow.p_kW[2];
    expect(behind_kW).toBeLessThan(500);
    expect(narrow.p_kW[2]).toBeGreaterThan(1);
    const low = await solve(feeder({ v_min_pu: 1 }), { formulation: 'lindistflow' });
    expect(Math.min(...low.v_pu)).toBeGreaterThan(1 - 1e-6);
    expect(low.objective_cur_per_h).toBeGreaterThan((await solve(feeder(), { formulation: 'lindistflow' })).objective_cur_per_h);
  });

  it('leaves losses out, and says so, where it would pay to waste power', async () => {
    const found = await solve(feeder({ gridPrice_cur_per_kWh: -0.05, sun_kW: 0 }), { formulation: 'lindistflow' });
    expect(found.status).toBe('optimal');
    expect(found.notes.join()).toMatch(/without losses/);
    expect(found.p_kW[0]).toBeCloseTo(1100, 3);
    expect(found.loss_kW).toBeGreaterThan(1);
    expect(found.certificate.acCheck?.slackShift_max_kW).toBeGreaterThan(1);
  });

  it('takes radial networks only, parallel branches included', async () => {
    await expect(solve(ring(), { formulation: 'lindistflow' })).rejects.toMatchObject({ code: 'OPF_NOT_RADIAL' });
    await expect(solve(ring(), { formulation: 'lindistflow' })).rejects.toBeInstanceOf(CombinationError);
    const open = await solve(ring({ isOpen: true, isDoubled: true }), { formulation: 'lindistflow' });
    const exact = await solve(ring({ isOpen: true, isDoubled: true }), {});
    expect(open.objective_cur_per_h / exact.objective_cur_per_h).toBeCloseTo(1, 2);
  });
});
