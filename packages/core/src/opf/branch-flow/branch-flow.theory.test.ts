import { describe, expect, it } from 'vitest';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { multiplyInto } from '../../linalg/sparse.ts';
import { valueAt } from '../affine.ts';
import type { LiveBranch } from '../model.ts';
import { buildOpfModel } from '../model.ts';
import { ring } from '../testing/ring.ts';
import { type BranchFlowProblem, buildBranchFlow } from './program.ts';

/** Flow into both ends by the two-port, and W, for voltages v∠a. */
function endsOf({ port }: LiveBranch, v: readonly [number, number], angle_rad: number) {
  const re = v[0] * v[1] * Math.cos(angle_rad);
  const im = v[0] * v[1] * Math.sin(angle_rad);
  return {
    re,
    im,
    pFrom: port.g_ff * v[0] ** 2 + port.g_ft * re + port.b_ft * im,
    qFrom: -port.b_ff * v[0] ** 2 + port.g_ft * im - port.b_ft * re,
    pTo: port.g_tt * v[1] ** 2 + port.g_tf * re - port.b_tf * im,
    qTo: -port.b_tt * v[1] ** 2 - port.g_tf * im - port.b_tf * re,
  };
}

/** Branch-flow variables of the AC point v∠a: what the relaxation calls w, P, Q, ℓ there. */
function lifted(branches: readonly LiveBranch[], problem: BranchFlowProblem, v: readonly number[], angle_rad: readonly number[]) {
  const x = new Float64Array(problem.program.cost.length);
  v.forEach((value, b) => {
    x[b] = value * value;
  });
  branches.forEach((live, k) => {
    const { P, Q, l, u } = problem.branches[k];
    const { pFrom, qFrom } = endsOf(live, [v[live.from], v[live.to]], angle_rad[live.from] - angle_rad[live.to]);
    x[P] = pFrom;
    x[Q] = qFrom + (live.branch.b_pu / 2) * valueAt(u, x);
    if (l !== undefined) x[l] = (x[P] ** 2 + x[Q] ** 2) / valueAt(u, x);
  });
  return x;
}

const given = { rating_kVA: 3000, angle_max_deg: 3, shift_deg: 4, isDoubled: true } as const;
const draw = (random: RandomStream) => ({
  v: [0, 1, 2].map(() => random.between(0.9, 1.1)),
  angle_rad: [0, 1, 2].map(() => random.between(-0.15, 0.15)),
});

describe('branch-flow variables', () => {
  it('are affine in what the two-port says: flows, currents, products of voltages', () => {
    const model = buildOpfModel(ring(given));
    const problem = buildBranchFlow(model, { formulation: 'soc', objective: 'cost', limits: 'apparent' });
    const random = randomStream(3);
    for (let trial = 0; trial < 20; trial++) {
      const { v, angle_rad } = draw(random);
      const x = lifted(model.branches, problem, v, angle_rad);
      model.branches.forEach((live, k) => {
        const say = problem.branches[k];
        const ends = endsOf(live, [v[live.from], v[live.to]], angle_rad[live.from] - angle_rad[live.to]);
        for (const [row, value] of [
          [say.pFrom, ends.pFrom],
          [say.qFrom, ends.qFrom],
          [say.pTo, ends.pTo],
          [say.qTo, ends.qTo],
          [say.real, ends.re],
          [say.imag, ends.im],
          [say.drop, 0],
          [say.i2From, (ends.pFrom ** 2 + ends.qFrom ** 2) / v[live.from] ** 2],
          [say.i2To, (ends.pTo ** 2 + ends.qTo ** 2) / v[live.to] ** 2],
        ] as const) {
          expect(valueAt(row, x)).toBeCloseTo(value, 12);
        }
      });
    }
  });

  it.each(['apparent', 'current'] as const)('admit every AC point within its limits: %s', (limits) => {
    const model = buildOpfModel(ring(given));
    const problem = buildBranchFlow(model, { formulation: 'soc', objective: 'cost', limits });
    const { rows, rowLower, rowUpper, cones = [], rowName } = problem.program;
    const isCone = new Set(cones.flatMap((cone) => [...cone.rows]));
    const random = randomStream(11);
    const ax = new Float64Array(rowLower.length);
    let kept = 0;
    let tightest = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < 1000; trial++) {
      const { v, angle_rad } = draw(random);
      const isInside = model.branches.every((live) => {
        const angle = angle_rad[live.from] - angle_rad[live.to];
        const ends = endsOf(live, [v[live.from], v[live.to]], angle);
        const [from, to] = limits === 'current' ? [v[live.from], v[live.to]] : [1, 1];
        const use = Math.max(Math.hypot(ends.pFrom, ends.qFrom) / from, Math.hypot(ends.pTo, ends.qTo) / to);
        return angle >= live.angle_min_rad && angle <= live.angle_max_rad && use <= live.s_max_pu;
      });
      if (!isInside) continue;
      kept++;
      multiplyInto(rows, lifted(model.branches, problem, v, angle_rad), ax);
      for (let i = problem.rows.balances_count; i < ax.length; i++) {
        if (isCone.has(i)) continue;
        expect(ax[i], rowName(i)).toBeGreaterThan(rowLower[i] - 1e-12);
        expect(ax[i], rowName(i)).toBeLessThan(rowUpper[i] + 1e-12);
        if (rowName(i).startsWith('angle')) tightest = Math.min(tightest, ax[i] - rowLower[i]);
      }
      for (const {
        rows: [height, ...rest],
      } of cones) {
        const length = Math.hypot(...rest.map((i) => ax[i] - rowLower[i]));
        expect(ax[height] - rowLower[height], rowName(height)).toBeGreaterThan(length - 1e-12);
      }
    }
    expect(kept).toBeGreaterThan(30);
    expect(tightest).toBeLessThan(0.002); // the rows of angle limits were near enough to matter
  });
});
