import { CombinationError } from '../base/errors.ts';
import { branchTwoPort, type TwoPort } from '../network/admittance.ts';
import type { Branch, Case, Generator, GeneratorCost } from '../network/network.ts';
import { buildTopology } from '../network/topology.ts';

/**
 * What an optimal power flow needs of a Case: buses, branches and generators in service, in per unit, with limits and costs.
 * Positions count live buses only; `busOf` leads back to the network.
 * @unit per unit on s_base_kVA; angles rad; costs cur/h with power in per unit
 * @shape per live bus: busOf, v_min_pu, v_max_pu, p, q (fixed injection), g, b (shunts), angleStart; reference: angle or NaN
 */
export interface OpfModel {
  readonly case: Case;
  /** Of this model; that of the network unless powers are far from its size. */
  readonly s_base_kVA: number;
  readonly busOf: readonly number[];
  readonly v_min_pu: Float64Array;
  readonly v_max_pu: Float64Array;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly g: Float64Array;
  readonly b: Float64Array;
  readonly reference: Float64Array;
  /** Angle that phase shifters give a bus when nothing flows. */
  readonly angleStart: Float64Array;
  readonly branches: readonly LiveBranch[];
  readonly generators: readonly LiveGenerator[];
}

export interface LiveBranch {
  /** Impedances on s_base_kVA of the model. */
  readonly branch: Branch;
  readonly from: number;
  readonly to: number;
  readonly port: TwoPort;
  /** Infinity without a rating. */
  readonly s_max_pu: number;
  readonly angle_min_rad: number;
  readonly angle_max_rad: number;
}

export interface LiveGenerator {
  readonly generator: Generator;
  /** Place in `operatingPoint.generators`. */
  readonly index: number;
  readonly bus: number;
  readonly p_min_pu: number;
  readonly p_max_pu: number;
  readonly q_min_pu: number;
  readonly q_max_pu: number;
  readonly cost: UnitCost;
}

/** Polynomial, lowest power first; or the lines whose maximum is the convex piecewise-linear cost: slope·p + offset. */
export type UnitCost =
  | { readonly kind: 'polynomial'; readonly coefficients: readonly number[] }
  | { readonly kind: 'lines'; readonly slope: readonly number[]; readonly offset: readonly number[] };

const radians = Math.PI / 180;

/** @throws {CombinationError} OPF_COST_NOT_CONVEX, OPF_NOTHING_TO_SOLVE */
export function buildOpfModel(value: Case): OpfModel {
  const { network, operatingPoint: point } = value;
  const base = baseOf(value);
  const perBase = base / network.s_base_kVA;
  const nB = network.buses.length;
  const away = new Set<number>(point.isolated);
  const liveOf = new Int32Array(nB).fill(-1);
  const busOf: number[] = [];
  for (let b = 0; b < nB; b++) {
    if (away.has(b)) continue;
    liveOf[b] = busOf.length;
    busOf.push(b);
  }
  if (busOf.length === 0) {
    throw new CombinationError({
      code: 'OPF_NOTHING_TO_SOLVE',
      message: `Every bus of network "${network.name}" is isolated`,
      hint: 'Take at least one bus into service.',
    });
  }
  const per = (values: (b: number) => number): Float64Array => Float64Array.from(busOf, values);
  const g = new Float64Array(busOf.length);
  const b_ = new Float64Array(busOf.length);
  for (const shunt of network.shunts) {
    const k = liveOf[shunt.bus];
    if (k < 0) continue;
    g[k] += shunt.g_pu / perBase;
    b_[k] += shunt.b_pu / perBase;
  }
  const { reference, angleStart } = angles(value, busOf, liveOf);
  const branches = network.branches
    .filter((x) => x.inService && liveOf[x.from] >= 0 && liveOf[x.to] >= 0)
    .map((given): LiveBranch => {
      const branch = { ...given, r_pu: given.r_pu * perBase, x_pu: given.x_pu * perBase, b_pu: given.b_pu / perBase };
      return {
        branch,
        from: liveOf[branch.from],
        to: liveOf[branch.to],
        port: branchTwoPort(branch),
        s_max_pu: branch.s_max_kVA / base,
        angle_min_rad: (branch.angle_min_deg ?? Number.NEGATIVE_INFINITY) * radians,
        angle_max_rad: (branch.angle_max_deg ?? Number.POSITIVE_INFINITY) * radians,
      };
    });
  const generators: LiveGenerator[] = [];
  point.generators.forEach((generator, index) => {
    const bus = liveOf[generator.bus];
    if (!generator.inService || bus < 0) return;
    generators.push({
      generator,
      index,
      bus,
      p_min_pu: generator.p_min_kW / base,
      p_max_pu: generator.p_max_kW / base,
      q_min_pu: generator.q_min_kvar / base,
      q_max_pu: generator.q_max_kvar / base,
      cost: unitCost(generator, base),
    });
  });
  return {
    case: value,
    s_base_kVA: base,
    busOf,
    v_min_pu: per((b) => network.buses[b].v_min_pu),
    v_max_pu: per((b) => network.buses[b].v_max_pu),
    p: per((b) => point.p_kW[b] / base),
    q: per((b) => point.q_kvar[b] / base),
    g,
    b: b_,
    reference,
    angleStart,
    branches,
    generators,
  };
}

/** Within these, in per unit of the network, the largest power of a bus is of a size that solvers with absolute tolerances can work with. */
const ordinary_pu = { low: 0.01, high: 100 };

/**
 * The power base to solve on: that of the network, unless powers are far from its size (a low-voltage feeder on 100 MVA, where a tolerance
 * of 1e-8 is a watt in five); then the power of ten next to the largest load, or without loads the largest generator.
 */
function baseOf({ network, operatingPoint: { p_kW, q_kvar, generators } }: Case): number {
  const load_kVA = p_kW.reduce((largest, p, b) => Math.max(largest, Math.hypot(p, q_kvar[b])), 0);
  const limits_kW = generators.flatMap(({ inService, p_min_kW, p_max_kW }) => (inService ? [Math.abs(p_min_kW), Math.abs(p_max_kW)] : []));
  const size_kVA = load_kVA > 0 ? load_kVA : Math.max(0, ...limits_kW.filter(Number.isFinite));
  const size_pu = size_kVA / network.s_base_kVA;
  if (size_kVA === 0 || (size_pu >= ordinary_pu.low && size_pu <= ordinary_pu.high)) return network.s_base_kVA;
  return 10 ** Math.ceil(Math.log10(size_kVA));
}

/** Slacks keep the angle of the case; an island without one is held at its first bus. */
function angles({ network, operatingPoint: point }: Case, busOf: readonly number[], liveOf: Int32Array) {
  const reference = new Float64Array(busOf.length).fill(Number.NaN);
  const angleStart = new Float64Array(busOf.length);
  const { order, parent, parentBranch } = buildTopology(network, point.slacks, point.isolated);
  for (const b of point.slacks) if (liveOf[b] >= 0) reference[liveOf[b]] = point.angle_start_deg[b] * radians;
  for (const b of order) {
    const k = liveOf[b];
    if (parent[b] < 0) {
      if (Number.isNaN(reference[k])) reference[k] = 0;
      angleStart[k] = reference[k];
      continue;
    }
    const branch = network.branches[parentBranch[b]];
    const shift = branch.shift_deg * radians;
    angleStart[k] = angleStart[liveOf[parent[b]]] + (branch.to === b ? -shift : shift);
  }
  return { reference, angleStart };
}

/** @throws {CombinationError} OPF_COST_NOT_CONVEX */
export function unitCost({ id, cost }: Pick<Generator, 'id' | 'cost'>, base: number): UnitCost {
  if (cost === undefined) return { kind: 'polynomial', coefficients: [0] };
  if (cost.kind === 'polynomial')
    return { kind: 'polynomial', coefficients: [...cost.coefficients].reverse().map((c, d) => c * base ** d) };
  return linesOf(id, cost, base);
}

/** Slopes may fall by this fraction of the largest one and still count as rounding. */
const CONVEX_FRAC = 1e-9;

function linesOf(id: string, { p_kW, cost_cur_per_h: cost }: Extract<GeneratorCost, { kind: 'piecewise-linear' }>, base: number): UnitCost {
  const slope: number[] = [];
  const offset: number[] = [];
  const slopes = p_kW.slice(1).map((p, k) => ((cost[k + 1] - cost[k]) / (p - p_kW[k])) * base);
  const rounding = CONVEX_FRAC * Math.max(...slopes.map(Math.abs), 1e-300);
  slopes.forEach((value, k) => {
    const before = slopes[k - 1];
    if (before !== undefined && value < before - rounding) {
      throw new CombinationError({
        code: 'OPF_COST_NOT_CONVEX',
        message: `The piecewise-linear cost of generator "${id}" must be convex, but its slope falls at ${p_kW[k]} kW`,
        where: `generator ${id}`,
        hint: 'Raise the cost of the later segments, or give a polynomial and use --formulation ac.',
      });
    }
    if (before !== undefined && value <= before + rounding) return;
    slope.push(value);
    offset.push(cost[k] - (value / base) * p_kW[k]);
  });
  return slope.length === 1 ? { kind: 'polynomial', coefficients: [offset[0], slope[0]] } : { kind: 'lines', slope, offset };
}

/** Cost in cur/h at power p. */
export function costAt(cost: UnitCost, p: number): number {
  if (cost.kind === 'polynomial') return cost.coefficients.reduceRight((sum, c) => sum * p + c, 0);
  return Math.max(...cost.slope.map((slope, k) => slope * p + cost.offset[k]));
}
