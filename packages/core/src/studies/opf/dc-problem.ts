import { CombinationError } from '../../base/errors.ts';
import { SparseBuilder } from '../../linalg/sparse.ts';
import type { Program } from '../../problem/program.ts';
import type { LiveBranch, OpfModel } from './model.ts';

/**
 * What a branch is to the DC flow: `reactance` takes 1/(x·ratio) and the phase shift (MATPOWER); `susceptance` takes x/(r² + x²)
 * and leaves ratios and shifts out (the convention of the PGLib-OPF baseline).
 */
export type DcBranchModel = 'reactance' | 'susceptance';

export interface DcProblem {
  readonly program: Program;
  /** Places in x = (θ, p, t). */
  readonly p: number;
  /** Flow into a branch at its from end at the angles x, per unit. */
  flow(l: number, x: Float64Array): number;
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
  const { branches, generators } = model;
  const beta = branches.map((x) => susceptanceOf(x, branchModel));
  const shift = branches.map(({ branch }) => (branchModel === 'reactance' ? (branch.shift_deg * Math.PI) / 180 : 0));
  const lined = generators.flatMap(({ cost }, d) => (cost.kind === 'lines' ? [d] : []));
  const t0 = nB + generators.length;
  const n = t0 + lined.length;
  const cost = new Float64Array(n);
  const lower = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  const upper = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const quadratic = new SparseBuilder();
  const rows = new SparseBuilder();
  const rowLower: number[] = [];
  const rowUpper: number[] = [];
  const names: (() => string)[] = [];
  let offset = 0;
  const bus = (b: number): string => model.case.network.buses[model.busOf[b]].id;

  for (let b = 0; b < nB; b++) {
    if (!Number.isNaN(model.reference[b])) lower[b] = upper[b] = model.reference[b];
    const demand = model.g[b] - model.p[b];
    rowLower.push(demand);
    rowUpper.push(demand);
    names.push(() => `active power balance of bus ${bus(b)}`);
  }
  branches.forEach(({ branch, from, to, s_max_pu }, l) => {
    rows.add(from, from, -beta[l]);
    rows.add(from, to, beta[l]);
    rows.add(to, from, beta[l]);
    rows.add(to, to, -beta[l]);
    const pushed = beta[l] * shift[l];
    rowLower[from] -= pushed;
    rowUpper[from] -= pushed;
    rowLower[to] += pushed;
    rowUpper[to] += pushed;
    if (s_max_pu === Number.POSITIVE_INFINITY) return;
    rows.add(rowLower.length, from, beta[l]);
    rows.add(rowLower.length, to, -beta[l]);
    rowLower.push(pushed - s_max_pu);
    rowUpper.push(pushed + s_max_pu);
    names.push(() => `rating of branch ${branch.id}`);
  });
  for (const { branch, from, to, angle_min_rad, angle_max_rad } of branches) {
    if (angle_min_rad === Number.NEGATIVE_INFINITY && angle_max_rad === Number.POSITIVE_INFINITY) continue;
    rows.add(rowLower.length, from, 1);
    rows.add(rowLower.length, to, -1);
    rowLower.push(angle_min_rad);
    rowUpper.push(angle_max_rad);
    names.push(() => `angle limit of branch ${branch.id}`);
  }
  generators.forEach((x, d) => {
    rows.add(x.bus, nB + d, 1);
    lower[nB + d] = x.p_min_pu;
    upper[nB + d] = x.p_max_pu;
    const { generator } = x;
    if (x.cost.kind === 'polynomial') {
      const [c0 = 0, c1 = 0, c2 = 0, ...higher] = x.cost.coefficients;
      if (higher.some((c) => c !== 0)) throw degreeError(generator.id, x.cost.coefficients.length - 1);
      if (c2 < 0) throw concaveError(generator.id);
      offset += c0;
      cost[nB + d] = c1;
      if (c2 !== 0) quadratic.add(nB + d, nB + d, 2 * c2);
      return;
    }
    const t = t0 + lined.indexOf(d);
    const unit = Math.max(...x.cost.slope.map(Math.abs));
    cost[t] = unit;
    const { slope, offset: height } = x.cost;
    slope.forEach((value, k) => {
      rows.add(rowLower.length, nB + d, value / unit);
      rows.add(rowLower.length, t, -1);
      rowLower.push(Number.NEGATIVE_INFINITY);
      rowUpper.push(-height[k] / unit);
      names.push(() => `cost of generator ${generator.id}`);
    });
  });
  const program: Program = {
    cost,
    offset,
    quadratic: quadratic.build(n, n),
    lower,
    upper,
    rows: rows.build(rowLower.length, n),
    rowLower: Float64Array.from(rowLower),
    rowUpper: Float64Array.from(rowUpper),
    columnName: (j) =>
      j < nB ? `angle of bus ${bus(j)}` : `power of generator ${generators[j < t0 ? j - nB : lined[j - t0]].generator.id}`,
    rowName: (i) => names[i](),
  };
  return { program, p: nB, flow: (l, x) => beta[l] * (x[branches[l].from] - x[branches[l].to] - shift[l]) };
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

const degreeError = (id: string, degree: number): CombinationError =>
  new CombinationError({
    code: 'OPF_COST_DEGREE',
    message: `The DC formulation takes costs of at most degree 2, but that of generator "${id}" has degree ${degree}`,
    where: `generator ${id}`,
    hint: 'Use --formulation ac, or a piecewise-linear cost.',
  });

const concaveError = (id: string): CombinationError =>
  new CombinationError({
    code: 'OPF_COST_NOT_CONVEX',
    message: `The quadratic cost of generator "${id}" must be convex, but its leading coefficient is negative`,
    where: `generator ${id}`,
    hint: 'Use --formulation ac, which looks for a local optimum, or correct the cost.',
  });
