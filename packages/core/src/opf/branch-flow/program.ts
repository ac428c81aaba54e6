import { BlockBuilder } from '../../problem/block-builder.ts';
import type { AffineRow, Cone, Program } from '../../problem/program.ts';
import { addCone, addProduct, addRow, combine, constant, terms } from '../affine.ts';
import { addActivePower, addCosts } from '../generation.ts';
import type { OpfModel } from '../model.ts';
import { type BusPair, forestOf, pairsOf } from '../pairs.ts';
import { addAngleLimits } from './angle-limits.ts';
import { type BranchExpressions, expressionsOf } from './branch.ts';

export interface BranchFlowOptions {
  readonly formulation: 'soc' | 'lindistflow';
  readonly objective: 'cost' | 'loss';
  /** What a rating limits: apparent power, or current (the rating at one per unit of voltage). */
  readonly limits: 'apparent' | 'current';
  /** LinDistFlow only: leave losses out altogether. Default false. */
  readonly isLossFree?: boolean;
}

export interface BranchFlowProblem {
  readonly program: Program;
  /** SOC: a branch feels its losses. */
  readonly isRelaxed: boolean;
  readonly pairs: readonly BusPair[];
  /** By live branch. */
  readonly branches: readonly BranchExpressions[];
  /** Columns of active and reactive power, by live generator. Column b is the squared voltage of live bus b. */
  readonly p: readonly number[];
  readonly q: readonly number[];
  readonly rows: BranchFlowRows;
}

/** Which rows say what the wires do, and which say what they may. */
export interface BranchFlowRows {
  /** Balances: active of bus b at row b, reactive at row buses + b; their duals are prices. */
  readonly balances_count: number;
  /** Ohm's law and the common voltages of parallel branches. */
  readonly wires: readonly number[];
  /** First row of the cone of each lead (SOC) or branch (LinDistFlow); 4 rows each. */
  readonly cones: readonly number[];
}

/**
 * Branch-flow optimal power flow: the second-order cone relaxation of any network, and the linear model of a radial one.
 *
 *   min Σ c(p_d)   subject to, at each bus b,
 *   Σ p_d − Σ P_end − g·w = −p_b,   Σ q_d − Σ Q_end + b·w = −q_b,   v_min² ≤ w ≤ v_max²,
 *   and on each branch   w_t = u − 2(r·P + x·Q) + (r² + x²)·ℓ,   P² + Q² ≤ ℓ·u,   P_end² + Q_end² ≤ s²   (or |I_end|² ≤ s²)
 *
 * `soc`: angles enter only through W = V_f·V_t*, affine in (w, P, Q), for which |W|² ≤ w_f·w_t is the cone above: this is the
 * lifted-voltage (W) relaxation of Jabr in variables that keep their size on short lines, where w_f·w_t − |W|² =
 * τ²·|z|²·(ℓ·u − P² − Q²) drowns in rounding. Parallel branches share W: the lead of a pair has the cone, the others are tied to it by
 * Re W and Im W. Angle limits: see `addAngleLimits`. What is given up is that angles add up to zero around loops, and ℓ·u = P² + Q².
 *
 * `lindistflow`: no branch feels its losses (ℓ = 0 above). They are ℓ ≥ P² + Q², as at 1 pu, and drawn at the reference of the
 * island, r·ℓ and x·ℓ; or left out. Charging and shunts are kept.
 * @unit per unit inside; cost in cur/h or kW
 * @cost O(branches + generators)
 * @throws {CombinationError} OPF_COST_NOT_CONVEX, OPF_COST_DEGREE
 * @source Farivar, Low, Branch Flow Model, IEEE Trans. Power Syst. 28(3) (2013); Jabr, Radial distribution load flow using conic
 *   programming, IEEE Trans. Power Syst. 21(3) (2006); Baran, Wu, IEEE Trans. Power Delivery 4(2) (1989), eq. 5
 */
export function buildBranchFlow(model: OpfModel, options: BranchFlowOptions): BranchFlowProblem {
  const { generators } = model;
  const nB = model.busOf.length;
  const isRelaxed = options.formulation === 'soc';
  const build = new BlockBuilder();
  const cones: Cone[] = [];
  const bus = (b: number): string => model.case.network.buses[model.busOf[b]].id;
  const branchId = (l: number): string => model.branches[l].branch.id;

  for (let b = 0; b < nB; b++) {
    build.column(model.v_min_pu[b] ** 2, model.v_max_pu[b] ** 2, () => `squared voltage of bus ${bus(b)}`);
  }
  const free = (name: () => string): number => build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, name);
  const branches = model.branches.map((each, l) => {
    const P = free(() => `active flow of branch ${branchId(l)}`);
    const Q = free(() => `reactive flow of branch ${branchId(l)}`);
    const current = options.isLossFree === true ? undefined : free(() => `squared current of branch ${branchId(l)}`);
    return expressionsOf(each, { P, Q, l: current }, isRelaxed);
  });
  const p = addActivePower(build, generators);
  const q = generators.map((x) => build.column(x.q_min_pu, x.q_max_pu, () => `reactive power of generator ${x.generator.id}`));

  const pairs = pairsOf(model);
  addBalances(build, model, { branches, p, q, drawnAt: isRelaxed ? undefined : forestOf(model, pairs).rootOf }, bus);
  const wires = addWires(build, model, pairs, branches, isRelaxed);
  for (const pair of pairs) addAngleLimits(build, model, pair, branches[pair.branches[0]], isRelaxed);
  const coneRows: number[] = [];
  for (const l of isRelaxed ? pairs.map(({ branches: [lead] }) => lead) : branches.keys()) {
    const { P, Q, l: current } = branches[l];
    if (current === undefined) continue;
    coneRows.push(build.rowLower.length);
    const flow = [terms([P, 1]), terms([Q, 1])];
    addProduct(build, cones, terms([current, 1]), isRelaxed ? branches[l].u : constant(1), flow, () => `current of branch ${branchId(l)}`);
  }
  addRatings(build, cones, model, branches, options);
  if (options.objective === 'cost') addCosts(build, generators, p, options.formulation);
  else addLosses(build, model, p);
  const program: Program = { ...build.program(), ...(cones.length > 0 ? { cones } : {}) };
  return { program, isRelaxed, pairs, branches, p, q, rows: { balances_count: 2 * nB, wires, cones: coneRows } };
}

interface BalanceParts {
  readonly branches: readonly BranchExpressions[];
  readonly p: readonly number[];
  readonly q: readonly number[];
  /** The live bus that gives the losses of the branches at a live bus, where they do not feel them themselves. */
  readonly drawnAt: Int32Array | undefined;
}

/** What generators give, minus what branches and shunts take, equals minus what is fixed. */
function addBalances(build: BlockBuilder, model: OpfModel, { branches, p, q, drawnAt }: BalanceParts, bus: (b: number) => string): void {
  const nB = model.busOf.length;
  const active: (readonly [number, AffineRow])[][] = Array.from(model.g, (g, b) => [[-g, terms([b, 1])]]);
  const reactive: (readonly [number, AffineRow])[][] = Array.from(model.b, (susceptance, b) => [[susceptance, terms([b, 1])]]);
  model.branches.forEach(({ from, to }, l) => {
    active[from].push([-1, branches[l].pFrom]);
    active[to].push([-1, branches[l].pTo]);
    reactive[from].push([-1, branches[l].qFrom]);
    reactive[to].push([-1, branches[l].qTo]);
    const { l: current, r_pu, x_pu } = branches[l];
    if (drawnAt === undefined || current === undefined) return;
    active[drawnAt[from]].push([-r_pu, terms([current, 1])]);
    reactive[drawnAt[from]].push([-x_pu, terms([current, 1])]);
  });
  model.generators.forEach((x, d) => {
    active[x.bus].push([1, terms([p[d], 1])]);
    reactive[x.bus].push([1, terms([q[d], 1])]);
  });
  for (let b = 0; b < nB; b++)
    addRow(build, combine(...active[b]), -model.p[b], -model.p[b], () => `active power balance of bus ${bus(b)}`);
  for (let b = 0; b < nB; b++)
    addRow(build, combine(...reactive[b]), -model.q[b], -model.q[b], () => `reactive power balance of bus ${bus(b)}`);
}

/** Ohm's law on every branch; branches parallel to a lead see its voltages. Returns the rows. */
function addWires(
  build: BlockBuilder,
  model: OpfModel,
  pairs: readonly BusPair[],
  branches: readonly BranchExpressions[],
  isRelaxed: boolean,
): number[] {
  const rows = branches.map(({ drop }, l) => addRow(build, drop, 0, 0, () => `voltage drop of branch ${model.branches[l].branch.id}`));
  for (const { from, branches: own } of pairs) {
    const [lead, ...others] = own;
    for (const l of others) {
      const turned = model.branches[l].from === from ? 1 : -1;
      const name = () => `common voltages of the parallel branches ${model.branches[lead].branch.id} and ${model.branches[l].branch.id}`;
      rows.push(addRow(build, combine([1, branches[lead].imag], [-turned, branches[l].imag]), 0, 0, name));
      // In the linear model Re W = τ·(u + w_t)/2 already follows from the drops.
      if (isRelaxed) rows.push(addRow(build, combine([1, branches[lead].real], [-1, branches[l].real]), 0, 0, name));
    }
  }
  return rows;
}

/** At both ends: apparent power as cones, current as linear rows in ℓ; in the linear model both are cones, at 1 pu. */
function addRatings(
  build: BlockBuilder,
  cones: Cone[],
  model: OpfModel,
  branches: readonly BranchExpressions[],
  { limits, formulation }: BranchFlowOptions,
): void {
  model.branches.forEach(({ branch, s_max_pu: s }, l) => {
    if (s === Number.POSITIVE_INFINITY) return;
    const { pFrom, qFrom, pTo, qTo, i2From, i2To } = branches[l];
    const name = () => `rating of branch ${branch.id}`;
    if (limits === 'current' && formulation === 'soc') {
      addRow(build, i2From, Number.NEGATIVE_INFINITY, s * s, name);
      addRow(build, i2To, Number.NEGATIVE_INFINITY, s * s, name);
      return;
    }
    addCone(build, cones, [constant(s), pFrom, qFrom], name);
    addCone(build, cones, [constant(s), pTo, qTo], name);
  });
}

/** All that is generated and injected and does not end in a shunt, in kW. */
function addLosses(build: BlockBuilder, model: OpfModel, p: readonly number[]): void {
  const base = model.s_base_kVA;
  for (const column of p) build.cost[column] += base;
  model.g.forEach((g, b) => {
    build.cost[b] -= base * g;
    build.offset += base * model.p[b];
  });
}
