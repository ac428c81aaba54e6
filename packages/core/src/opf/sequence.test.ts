import { describe, expect, it } from 'vitest';
import type { Case } from '../network/network.ts';
import { readNetworkDocument } from '../network/read-document.ts';
import { ieee118 } from '../networks/ieee118/network.ts';
import { newton } from '../powerflows/newton/newton.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import { buildOpfModel } from './model.ts';
import { prepareOpf } from './sequence.ts';
import { solveOpf } from './solve.ts';
import { ring } from './testing/ring.ts';

const services = { solver: interiorPoint(), powerFlow: newton };

/** A day: loads between 65 % and 105 %, each bus a little on its own. */
function hourOf(value: Case, t: number): Case {
  const { operatingPoint: point } = value;
  const share = 0.85 + 0.2 * Math.sin((2 * Math.PI * (t - 9)) / 24);
  const p_kW = point.p_kW.map((p, b) => p * share * (1 + 0.03 * Math.sin(b + t)));
  return { ...value, operatingPoint: { ...point, p_kW, q_kvar: point.q_kvar.map((q) => q * share) } };
}

describe('a sequence of optimal power flows', () => {
  it.each(['polar', 'rectangular'] as const)('gives the answers of single ones in half the iterations: %s', async (coordinates) => {
    const day = readNetworkDocument(ieee118.document);
    const hours = prepareOpf(services, { coordinates });
    const count = { alone: 0, sequence: 0 };
    for (let t = 0; t < 24; t++) {
      const hour = hourOf(day, t);
      const alone = await solveOpf(hour, services, { coordinates });
      const found = await hours.solve(hour);
      expect(found.status).toBe('optimal');
      expect(Math.abs(found.objective_cur_per_h / alone.objective_cur_per_h - 1)).toBeLessThan(1e-7);
      count.alone += alone.iterations_count;
      count.sequence += found.iterations_count;
    }
    hours.release();
    expect(count.sequence).toBeLessThan(0.6 * count.alone);
  });

  it('survives a changed network, an infeasible hour and other formulations', async () => {
    const hours = prepareOpf(services);
    const { operatingPoint: point, ...rest } = ring({ load_kW: 2 });
    const quiet: Case = { ...rest, operatingPoint: { ...point, q_kvar: point.q_kvar.map((q) => q / 100) } };
    expect(buildOpfModel(quiet).s_base_kVA).toBeLessThan(buildOpfModel(ring()).s_base_kVA);
    expect((await hours.solve(ring())).status).toBe('optimal');
    expect((await hours.solve(ring({ load_kW: 50_000 }))).status).toBe('infeasible');
    expect((await hours.solve(ring({ rating_kVA: 420 }))).status).toBe('optimal');
    // So small a load is solved on another power base: the answer before is no start for it.
    expect((await hours.solve(quiet)).objective_cur_per_h).toBeCloseTo((await solveOpf(quiet, services)).objective_cur_per_h, 6);
    const alone = await solveOpf(ring({ load_kW: 800 }), services);
    expect((await hours.solve(ring({ load_kW: 800 }))).objective_cur_per_h / alone.objective_cur_per_h).toBeCloseTo(1, 7);
    hours.release();
    const dc = prepareOpf(services, { formulation: 'dc' });
    expect((await dc.solve(ring())).formulation).toBe('dc');
    dc.release();
  });
});
