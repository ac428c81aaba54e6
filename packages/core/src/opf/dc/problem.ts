import { CombinationError } from '../../base/errors.ts';
import { BlockBuilder } from '../../problem/block-builder.ts';
import type { Program } from '../../problem/program.ts';
import { addActivePower, addCosts } from '../generation.ts';
import type { LiveBranch, OpfModel } from '../model.ts';

/**
 * What a branch is to the DC flow: `reactance` takes 1/(x·ratio) and the phase shift (MATPOWER); `susceptance` takes x/(r² + x²)
 * and leaves ratios and shifts out (the convention of the PGLib-OPF baseline).
 */
export type DcBranchModel = 'reactance' | 'susceptance';

export interface DcProblem {
  readonly program: Program;
  /** Columns of active power by live generator; column b is the angle, row b the balance of live bus b. */
  readonly p: readonly number[];
}

/**
 * DC optimal power flow as a convex quadratic program, loss-free:
 *
 *   min Σ c(p_d)   subject to   Σ p_d − Σ flows out = −p_b + g_b,   flow = β·(θ_f − θ_t − shift),   |flow| ≤ s,   angle limits
 *
 * Rows: balance by bus (their duals are prices per per unit), rated branches, angle limits, lines of piecewise-linear costs.
 * @unit per unit inside; cost in cur/h
 * @throws {CombinationError} OPF_COST_NOT_CONVEX, OPF_COST_DEGREE, OPF_NO_REACTANCE
 * @source Zimmerman, Murillo-Sánchez, MATPOWER User's Manual 8.0, sections 3.7 and 6.2
 */
export function buildDcProblem(model: OpfModel, branchModel: DcBranchModel): DcProblem {
  const nB = model.busOf.length;
  const { branches, generators, reference } = model;
  const build = new BlockBuilder();
  const bus = (b: number): string => model.case.network.buses[model.busOf[b]].id;
  for (let b = 0; b < nB; b++) {
    const isHeld = !Number.isNaN(reference[b]);
    build.column(isHeld ? reference[b] : -Infinity, isHeld ? reference[b] : Infinity, () => `angle of bus ${bus(b)}`);
  }
  const pushed = new Float64Array(nB);
  const beta = branches.map((each) => susceptanceOf(each, branchModel));
  const shift = branches.map(({ branch }) => (branchModel === 'reactance' ? (branch.shift_deg * Math.PI) / 180 : 0));
  branches.forEach(({ from, to }, l) => {
    pushed[from] += beta[l] * shift[l];
    pushed[to] -= beta[l] * shift[l];
  });
  for (let b = 0; b < nB; b++) {
    const right = model.g[b] - model.p[b] - pushed[b];
    build.row(right, right, () => `active power balance of bus ${bus(b)}`);
  }
  branches.forEach(({ branch, from, to, s_max_pu }, l) => {
    build.entry(from, from, -beta[l]);
    build.entry(from, to, beta[l]);
    build.entry(to, from, beta[l]);
    build.entry(to, to, -beta[l]);
    if (s_max_pu === Number.POSITIVE_INFINITY) return;
    const row = build.row(beta[l] * shift[l] - s_max_pu, beta[l] * shift[l] + s_max_pu, () => `rating of branch ${branch.id}`);
    build.entry(row, from, beta[l]);
    build.entry(row, to, -beta[l]);
  });
  for (const { branch, from, to, angle_min_rad, angle_max_rad } of branches) {
    if (angle_min_rad === Number.NEGATIVE_INFINITY && angle_max_rad === Number.POSITIVE_INFINITY) continue;
    const row = build.row(angle_min_rad, angle_max_rad, () => `angle limit of branch ${branch.id}`);
    build.entry(row, from, 1);
    build.entry(row, to, -1);
  }
  const p = addActivePower(build, generators);
  generators.forEach((x, d) => {
    build.entry(x.bus, p[d], 1);
  });
  addCosts(build, generators, p, 'dc');
  return { program: build.program(), p };
}

function susceptanceOf({ branch }: LiveBranch, branchModel: DcBranchModel): number {
  const { r_pu: r, x_pu: x } = branch;
  if (x === 0) {
    throw new CombinationError({
      code: 'OPF_NO_REACTANCE',
      message: `Branch "${branch.id}" has no reactance, so the DC approximation cannot carry power over it`,
      where: `branch ${branch.id}`,
      hint: 'Give it a small reactance such as 1e-5 per unit, or use --formulation ac.',
    });
  }
  return branchModel === 'reactance' ? 1 / (x * branch.ratio) : x / (r * r + x * x);
}
