import type { TwoStageCost } from '../fronts/two-stage-objectives.ts';
import { type Affine, affine, mul, sum, type Variable } from '../problem/affine.ts';
import { type TwoStage, TwoStageModel } from '../problem/two-stage.ts';
import { checkCase, type VoltVarCase } from './case.ts';
import { feederOf, type VoltVarFeeder } from './feeder.ts';

export interface VoltVarProblem {
  readonly problem: TwoStage;
  readonly loss: TwoStageCost;
  readonly deviation: TwoStageCost;
  /** Position of the tap changer per hour. */
  taps(x: Float64Array): Int32Array;
  /** Steps of each bank per hour. @shape [hour][bank] */
  steps(x: Float64Array): Int32Array;
  /** Reactive power of each inverter per period. @shape [period][inverter] */
  reactive_kvar(y: Float64Array): Float64Array;
  /** Squared voltages by the linear flow. @shape [period][bus] */
  voltages_pu(x: Float64Array, y: Float64Array, u: Float64Array): Float64Array;
}

/** What a missed limit costs: per pu of squared voltage, and per kVA of an inverter; in the unit of the loss. */
const price = { voltage: 1e5, inverter: 1e2 };
const sides_count = 12;

/**
 * Voltage and reactive power of a radial feeder, decided in two stages: taps of the substation's transformer and steps of capacitor banks by
 * the hour, before loads and sun are known; reactive power of inverters when they are. Periods are parts of hours.
 *
 *   v²_i = v²_0(tap) − Σ_(k on the way to i) 2·(r_k·P_k + x_k·Q_k)/S                                      pu
 *   P_k = Σ_(below k) (load − sun),   Q_k = Σ_(below k) (load − banks − inverters)                       kW, kvar
 *   loss = Σ_k r_k·(P_k² + Q_k²)/S, both squares from below by tangents                                  kW
 *   deviation = Σ_i weight_i·|v_i − 1|,   weight = share of the load,   v_i − 1 ≈ (v²_i − 1)/2           pu
 *
 * | symbol | is | unit |
 * |---|---|---|
 * | load factor | of a zone in a period, times the loads there | 1 |
 * | sun factor | of a zone in a period, times the ratings of the inverters there | 1 |
 * | loss | first cost, over all periods; moves count as what they wear | kWh |
 * | deviation | second cost, mean over periods | pu |
 *
 * Limits of voltage and of inverters may be missed at a price, so that every outcome has an answer.
 * @source Baran, Wu (1989) for the linear flow; Xu, Dong, Zhang, Hill, IEEE Trans. Power Systems 32(6) (2017) 4398, for the two stages
 * @throws {InputError} VOLT_VAR_INVALID
 * @throws {CombinationError} FORMULATION_CANNOT for a network that is not radial
 */
export function voltVarProblem(given: VoltVarCase): VoltVarProblem {
  checkCase(given);
  const model = new TwoStageModel();
  const feeder = feederOf(given);
  const { hours, wear } = decideHours(model, given);
  const periods = each(given.hours_count * given.periodsPerHour_count, (t) =>
    reactIn(model, given, feeder, hours[Math.floor(t / given.periodsPerHour_count)], t),
  );
  const period_h = 1 / given.periodsPerHour_count;
  const loss = model.weights(sum(...wear, ...periods.flatMap(({ losses }) => losses.map((term) => mul(period_h, term)))));
  const deviation = model.weights(sum(...periods.flatMap(({ deviations }) => deviations.map((term) => mul(1 / periods.length, term)))));
  return {
    problem: model.build(),
    loss: { name: 'loss_kWh', ...loss },
    deviation: { name: 'deviation_pu', ...deviation },
    taps: (x) => Int32Array.from(hours, ({ positions }) => positions.findIndex((z) => model.read(z, { x }) > 0.5)),
    steps: (x) => Int32Array.from(hours.flatMap(({ steps }) => steps.map((n) => Math.round(model.read(n, { x }))))),
    reactive_kvar: (y) => Float64Array.from(periods.flatMap(({ q }) => q.map((each) => model.read(each, { x: y, y })))),
    voltages_pu: (x, y, u) =>
      Float64Array.from(
        periods.flatMap(({ squared }) => {
          const byBus = new Array<number>(feeder.tree.size);
          squared.forEach(({ terms, constant }, i) => {
            const value = terms.reduce(
              (total, { variable, coefficient }) => total + Number(coefficient) * model.read(variable, { x, y, u }),
              Number(constant),
            );
            byBus[feeder.tree.bus[i]] = Math.sqrt(value);
          });
          return byBus;
        }),
      ),
  };
}

interface Hour {
  /** One per position of the tap changer; one of them is 1. */
  readonly positions: readonly Variable[];
  /** One per bank. */
  readonly steps: readonly Variable[];
}

function decideHours(model: TwoStageModel, given: VoltVarCase): { hours: Hour[]; wear: Affine[] } {
  const { network, hours_count, banks, taps_pu, tapMove_kWh = 0, bankMove_kWh = 0 } = given;
  const hours = each(hours_count, (h) => ({
    positions: taps_pu.map((_, k) => model.decide(`tap ${k} in hour ${h}`, { lower: 0, upper: 1, whole: true })),
    steps: banks.map(({ bus, steps_count }) =>
      model.decide(`steps at ${network.buses[bus].id} in hour ${h}`, { lower: 0, upper: steps_count, whole: true }),
    ),
  }));
  hours.forEach(({ positions }, h) => {
    model.equal(`one tap in hour ${h}`, sum(...positions), 1);
  });
  const taps = hours.map(({ positions }) => sum(...positions.map((z, k) => mul(k, z))));
  const tapMoves = limitMoves(model, 'tap', taps, given.tapMoves_max_count);
  const bankMoves = banks.flatMap(({ bus }, c) =>
    limitMoves(
      model,
      `bank at ${network.buses[bus].id}`,
      hours.map(({ steps }) => affine(steps[c])),
      given.bankMoves_max_count,
    ),
  );
  return { hours, wear: [...tapMoves.map((move) => mul(tapMove_kWh, move)), ...bankMoves.map((move) => mul(bankMove_kWh, move))] };
}

/** Σ_h |at_h − at_(h−1)| ≤ most */
function limitMoves(model: TwoStageModel, name: string, at: readonly Affine[], most: number): Variable[] {
  if (at.length < 2) return [];
  const moves = at.slice(1).map((here, h) => {
    const move = model.decide(`moves of ${name} into hour ${h + 1}`, { lower: 0 });
    const rise = sum(here, mul(-1, at[h]));
    model.atLeast(`${name} rises into hour ${h + 1}`, move, rise);
    model.atLeast(`${name} falls into hour ${h + 1}`, move, mul(-1, rise));
    return move;
  });
  model.atMost(`moves of ${name}`, sum(...moves), most);
  return moves;
}

interface Period {
  readonly q: readonly Variable[];
  /** v² by place in the tree. */
  readonly squared: readonly Affine[];
  /** kW */
  readonly losses: readonly Affine[];
  /** pu, weighted */
  readonly deviations: readonly Affine[];
}

function reactIn(model: TwoStageModel, given: VoltVarCase, feeder: VoltVarFeeder, { positions, steps }: Hour, t: number): Period {
  const { network, zones_count, inverters, banks, taps_pu } = given;
  const { tree } = feeder;
  const S = network.s_base_kVA;
  const load = each(zones_count, (z) => model.symbol(`load of zone ${z} in period ${t}`, given.load_frac[t * zones_count + z]));
  const sun = each(zones_count, (z) => model.symbol(`sun of zone ${z} in period ${t}`, given.sun_frac[t * zones_count + z]));
  const q = inverters.map(({ bus, s_max_kVA, p_max_kW }) => {
    const variable = model.react(`q at ${network.buses[bus].id} in period ${t}`, { lower: -s_max_kVA, upper: s_max_kVA });
    limitInverter(model, `inverter at ${network.buses[bus].id} in period ${t}`, mul(p_max_kW, sun[given.zone[bus]]), variable, s_max_kVA);
    return variable;
  });
  const squared: Affine[] = [sum(...positions.map((z, k) => mul(taps_pu[k] ** 2, z)))];
  const losses: Affine[] = [];
  const deviations: Affine[] = [];
  for (let i = 1; i < tree.size; i++) {
    const place = `${network.buses[tree.bus[i]].id} in period ${t}`;
    const below = feeder.below[i];
    const p = sum(...load.map((u, z) => mul(below.p_load_kW[z], u)), ...sun.map((u, z) => mul(-below.p_sun_kW[z], u)));
    const reactive = sum(
      ...load.map((u, z) => mul(below.q_load_kvar[z], u)),
      ...below.banks.map((c) => mul(-banks[c].step_kvar, steps[c])),
      ...below.inverters.map((j) => mul(-1, q[j])),
    );
    const weight = (tree.delta[i] * tree.r_pu[i]) / S;
    if (weight > 0) {
      losses.push(squareOf(model, `loss by P above ${place}`, p, weight, below.p_most_kW, given.tangents_count));
      losses.push(squareOf(model, `loss by Q above ${place}`, reactive, weight, below.q_most_kvar, given.tangents_count));
    }
    const drop = (2 * tree.delta[i]) / S;
    squared[i] = sum(mul(tree.kappa[i], squared[tree.parent[i]]), mul(-drop * tree.r_pu[i], p), mul(-drop * tree.x_pu[i], reactive));
    model.atLeast(`lowest voltage at ${place}`, squared[i], given.v_min_pu ** 2, { price: price.voltage });
    model.atMost(`highest voltage at ${place}`, squared[i], given.v_max_pu ** 2, { price: price.voltage });
    const share = feeder.loadShare[i];
    if (share > 0) deviations.push(mul(share / 2, awayFromOne(model, `deviation at ${place}`, squared[i])));
  }
  return { q, squared, losses, deviations };
}

/** p² + q² ≤ s², by the sides of a polygon within the circle. */
function limitInverter(model: TwoStageModel, name: string, p: Affine, q: Variable, s_max_kVA: number): void {
  const inner = s_max_kVA * Math.cos(Math.PI / sides_count);
  for (let k = 0; k < sides_count; k++) {
    const angle = ((2 * k + 1) * Math.PI) / sides_count;
    if (Math.cos(angle) < 0) continue;
    model.atMost(`${name}, side ${k}`, sum(mul(Math.cos(angle), p), mul(Math.sin(angle), q)), inner, { price: price.inverter });
  }
}

/** weight·flow² from below, by tangents at even flows between −most and most. */
function squareOf(model: TwoStageModel, name: string, flow: Affine, weight: number, most: number, tangents_count: number): Affine {
  const value = model.react(name, { lower: 0 });
  const half = Math.floor(tangents_count / 2);
  for (let k = -half; k <= half; k++) {
    if (k === 0) continue;
    const at = (k / half) * most;
    model.atLeast(`${name}, tangent ${k}`, sum(value, mul(-2 * weight * at, flow)), -weight * at * at);
  }
  return affine(value);
}

/** |v² − 1| */
function awayFromOne(model: TwoStageModel, name: string, squared: Affine): Affine {
  const away = model.react(name, { lower: 0 });
  model.atLeast(`${name}, above`, sum(away, mul(-1, squared)), -1);
  model.atLeast(`${name}, below`, sum(away, squared), 1);
  return affine(away);
}

const each = <T>(count: number, make: (k: number) => T): T[] => Array.from({ length: count }, (_, k) => make(k));
