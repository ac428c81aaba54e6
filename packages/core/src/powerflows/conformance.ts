import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CombinationError } from '../base/errors.ts';
import { branchTwoPort } from '../network/admittance.ts';
import { buildPowerFlowBatch, type PowerFlowMethod, type PowerFlowResult } from './contract.ts';
import { line, loadPoint, networkOf, radialCase, rebased, renumbered, type SmallCase } from './testing/random-networks.ts';

/** What every power-flow method promises. Each member's test calls this; `more` are cases only some members take. */
export function describePowerFlow(method: PowerFlowMethod, more: Readonly<Record<string, SmallCase>> = {}): void {
  const options = { tolerance_pu: 1e-10 };
  const solve = ({ network, point }: SmallCase) => method.prepare(network, point, options).solve(point);
  const runs_count = 60;

  describe(`power flow ${method.name} keeps the contract`, () => {
    it('balances power at every bus of random feeders, by the admittances', () => {
      fc.assert(
        fc.property(radialCase, (c) => {
          const result = solve(c);
          expect(result.status).toBe('converged');
          expectLaws(c, result);
        }),
        { numRuns: runs_count },
      );
    });

    for (const [name, c] of Object.entries(more)) {
      it(`balances power in ${name}`, () => {
        const result = solve(c);
        expect(result.status, result.diagnosis).toBe('converged');
        expectLaws(c, result);
      });
    }

    it('does not depend on the order of the buses', () => {
      fc.assert(
        fc.property(radialCase, fc.infiniteStream(fc.nat()), (c, stream) => {
          const n = c.network.buses.length;
          const keys = [...stream.take(n)];
          const order = Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
          const result = solve(c);
          const other = solve(renumbered(c, order));
          for (let b = 0; b < n; b++) expect(other.v_pu[order[b]]).toBeCloseTo(result.v_pu[b], 9);
          expect(other.loss_kW).toBeCloseTo(result.loss_kW, 5);
        }),
        { numRuns: runs_count },
      );
    });

    it('does not depend on the power base', () => {
      fc.assert(
        fc.property(radialCase, fc.constantFrom(0.1, 7, 100), (c, factor) => {
          const result = solve(c);
          const other = method.prepare(rebased(c, factor).network, c.point, { tolerance_pu: 1e-10 / factor }).solve(c.point);
          for (let b = 0; b < result.v_pu.length; b++) expect(other.v_pu[b]).toBeCloseTo(result.v_pu[b], 8);
          for (let l = 0; l < result.i_from_A.length; l++) expect(other.i_from_A[l]).toBeCloseTo(result.i_from_A[l], 5);
        }),
        { numRuns: runs_count },
      );
    });

    it('gives a flat profile at no load', () => {
      const c = {
        network: networkOf(3, [line('a', 0, 1, 0.01, 0.02), line('b', 2, 1, 0.01, 0.02)]),
        point: loadPoint([0, 0, 0], [0, 0, 0], [0]),
      };
      const result = solve(c);
      expect(result.status).toBe('converged');
      for (const v of result.v_pu) expect(v).toBeCloseTo(1, 12);
      for (const angle of result.angle_rad) expect(angle).toBeCloseTo(0, 12);
      expect(result.loss_kW).toBeCloseTo(0, 9);
    });

    it('finds the two-bus voltage of the closed formula', () => {
      // v⁴ + v²·(2(rp + xq) − 1) + (r² + x²)(p² + q²) = 0 for a load p + jq behind r + jx at 1 pu
      const [r, x, p, q] = [0.03, 0.05, 0.8, 0.4];
      const half = (1 - 2 * (r * p + x * q)) / 2;
      const v = Math.sqrt(half + Math.sqrt(half * half - (r * r + x * x) * (p * p + q * q)));
      const result = solve({ network: networkOf(2, [line('a', 0, 1, r, x)]), point: loadPoint([0, -800], [0, -400], [0]) });
      expect(result.v_pu[1]).toBeCloseTo(v, 9);
      expect(result.loss_kW).toBeCloseTo((1000 * r * (p * p + q * q)) / (v * v), 5);
    });

    it('returns divergence as a result in plain words, with numbers', () => {
      const c = {
        network: networkOf(3, [line('a', 0, 1, 0.03, 0.05), line('b', 1, 2, 0.03, 0.05)]),
        point: loadPoint([0, -400, -400], [0, -200, -200], [0]),
      };
      const heavy = { ...c.point, p_kW: c.point.p_kW.map((p) => 50 * p), q_kvar: c.point.q_kvar.map((q) => 50 * q) };
      const prepared = method.prepare(c.network, c.point, options);
      const result = prepared.solve(heavy);
      expect(result.status).toBe('diverged');
      expect(result.diagnosis).toMatch(/mismatch .* kVA at bus "[123]"; lowest voltage .* pu at bus "[123]"/);
      expectNumbers(result);
      const after = prepared.solve(c.point, true);
      expect(after.status).toBe('converged');
    });

    it('skips isolated buses and branches out of service', () => {
      const network = networkOf(4, [
        line('a', 0, 1, 0.01, 0.02),
        line('off', 1, 0, 0.01, 0.01, { inService: false }),
        line('c', 1, 2, 0.01, 0.02),
        line('d', 2, 3, 0.01, 0.01),
      ]);
      const point = { ...loadPoint([0, -100, -100, -100], [0, 0, 0, 0], [0]), isolated: [2, 3] };
      const result = solve({ network, point });
      expect(result.status).toBe('converged');
      expect([...result.v_pu.slice(2)]).toEqual([0, 0]);
      expect(result.p_kW[0]).toBeCloseTo(100 + result.loss_kW, 6);
      expect([...result.p_from_kW.slice(1)]).toEqual([0, 0, 0]);
      expectNumbers(result);
    });

    it('refuses an island without slack and names a bus of it', () => {
      const network = networkOf(3, [line('a', 0, 1, 0.01, 0.02)]);
      const point = loadPoint([0, 0, 0], [0, 0, 0], [0]);
      expect(method.refuses(network, point)).toMatch(/bus "3" is connected to no slack/);
      expect(() => method.prepare(network, point)).toThrow(CombinationError);
    });

    it('solves a batch as it solves one by one', () => {
      fc.assert(
        fc.property(radialCase, fc.array(fc.double({ min: 0, max: 1.3, noNaN: true }), { minLength: 1, maxLength: 9 }), (c, factors) => {
          const n = c.network.buses.length;
          const rows = (values: Float64Array) => Float64Array.from(factors.flatMap((k) => [...values.map((x) => k * x)]));
          const p_kW = rows(c.point.p_kW);
          const q_kvar = rows(c.point.q_kvar);
          const out = buildPowerFlowBatch(factors.length, n, true);
          const prepared = method.prepare(c.network, c.point, { tolerance_pu: 1e-11 });
          prepared.solveBatch(p_kW, q_kvar, factors.length, out);
          for (let t = 0; t < factors.length; t++) {
            const at = t * n;
            const one = prepared.solve({ ...c.point, p_kW: p_kW.subarray(at, at + n), q_kvar: q_kvar.subarray(at, at + n) });
            expect(out.converged[t]).toBe(1);
            expect(out.mismatch_max_kVA[t]).toBeLessThan(1e-7);
            expect(out.loss_kW[t]).toBeCloseTo(one.loss_kW, 5);
            for (let b = 0; b < n; b++) {
              expect(out.v_pu[at + b]).toBeCloseTo(one.v_pu[b], 9);
              expect(out.angle_rad![at + b]).toBeCloseTo(one.angle_rad[b], 9);
            }
          }
        }),
        { numRuns: runs_count },
      );
    });

    it('marks the steps of a batch that do not converge and goes on', () => {
      const network = networkOf(2, [line('a', 0, 1, 0.03, 0.05)]);
      const point = loadPoint([0, -100], [0, -50], [0]);
      const out = buildPowerFlowBatch(3, 2);
      method
        .prepare(network, point, options)
        .solveBatch(Float64Array.of(0, -100, 0, -90000, 0, -100), Float64Array.of(0, -50, 0, -9000, 0, -50), 3, out);
      expect([...out.converged]).toEqual([1, 0, 1]);
      expect(out.v_pu[5]).toBeCloseTo(out.v_pu[1], 8);
      for (const v of out.v_pu) expect(v).not.toBeNaN();
    });
  });
}

/** Kirchhoff at every bus, losses from the injections, energy in = energy out; no NaN where none is allowed. */
function expectLaws({ network, point }: SmallCase, result: PowerFlowResult): void {
  expectNumbers(result);
  const n = network.buses.length;
  const v_re = result.v_pu.map((v, b) => v * Math.cos(result.angle_rad[b]));
  const v_im = result.v_pu.map((v, b) => v * Math.sin(result.angle_rad[b]));
  const p = new Float64Array(n);
  const q = new Float64Array(n);
  let shunt_kW = 0;
  for (const s of network.shunts) {
    const v2 = result.v_pu[s.bus] ** 2;
    p[s.bus] += s.g_pu * v2;
    q[s.bus] -= s.b_pu * v2;
    shunt_kW += s.g_pu * v2 * network.s_base_kVA;
  }
  let branch_kW = 0;
  network.branches.forEach((x, l) => {
    branch_kW += result.p_from_kW[l] + result.p_to_kW[l];
    if (!x.inService) return;
    const y = branchTwoPort(x);
    const end = (at: number, other: number, g: number, b: number, gm: number, bm: number) => {
      const i_re = g * v_re[at] - b * v_im[at] + gm * v_re[other] - bm * v_im[other];
      const i_im = g * v_im[at] + b * v_re[at] + gm * v_im[other] + bm * v_re[other];
      p[at] += v_re[at] * i_re + v_im[at] * i_im;
      q[at] += v_im[at] * i_re - v_re[at] * i_im;
    };
    end(x.from, x.to, y.g_ff, y.b_ff, y.g_ft, y.b_ft);
    end(x.to, x.from, y.g_tt, y.b_tt, y.g_tf, y.b_tf);
  });
  let injected_kW = 0;
  for (let b = 0; b < n; b++) {
    expect(p[b] * network.s_base_kVA).toBeCloseTo(result.p_kW[b], 4);
    expect(q[b] * network.s_base_kVA).toBeCloseTo(result.q_kvar[b], 4);
    injected_kW += result.p_kW[b];
  }
  expect(result.loss_kW).toBeGreaterThanOrEqual(0);
  expect(result.loss_kW).toBeCloseTo(injected_kW - shunt_kW, 4);
  expect(result.loss_kW).toBeCloseTo(branch_kW, 6);
  expect(result.mismatch_max_kVA).toBeLessThan(1e-4);
  for (const b of point.slacks) expect(result.v_pu[b]).toBeGreaterThan(0);
}

/** Everything is a number, except the loading of a branch without rating. */
function expectNumbers(result: PowerFlowResult): void {
  const { v_pu, angle_rad, p_kW, q_kvar, p_from_kW, q_from_kvar, p_to_kW, q_to_kvar, i_from_A, i_to_A } = result;
  for (const values of [v_pu, angle_rad, p_kW, q_kvar, p_from_kW, q_from_kvar, p_to_kW, q_to_kvar, i_from_A, i_to_A]) {
    expect(values.every(Number.isFinite)).toBe(true);
  }
  expect(Number.isFinite(result.loss_kW + result.loss_kvar + result.mismatch_max_kVA)).toBe(true);
}
