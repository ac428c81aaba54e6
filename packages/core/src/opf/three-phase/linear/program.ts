import { BlockBuilder } from '../../../problem/block-builder.ts';
import type { AffineRow, Cone, Program } from '../../../problem/program.ts';
import { addCone, addProduct, addRow, combine, constant, terms, valueAt } from '../../affine.ts';
import { type ComplexRow, columnsRow, combineRows, conjugateRow, constantRow } from '../complex-row.ts';
import type { FeederModel } from '../model.ts';
import { across, endShares } from '../pairs.ts';
import { conjugate, entry, matrixTimes, over, type Phasor, square, times } from '../phasor.ts';
import type { FeederQuestion } from '../settings.ts';
import type { TreeFlow } from '../tree-flow.ts';
import { addSourceAndObjective, addUnitRatings, addUnits, type UnitColumns } from '../unit-columns.ts';
import { straightened } from '../voltage-law.ts';
import { lossFactor, shuntPower, squaredAcross, squaredVoltage } from './coefficients.ts';
import { addUnbalance } from './unbalance.ts';

/** Where the feeder is linearised: at a power flow, whose numbers the model then has, or around no load. */
export interface Around {
  readonly flow: TreeFlow;
  readonly dispatch?: { readonly p: readonly number[]; readonly q: readonly number[] } | undefined;
}

export interface LinearProblem {
  readonly program: Program;
  /** Column n is the squared voltage of node n. By section and delivered conductor. */
  readonly P: readonly (readonly number[])[];
  readonly Q: readonly (readonly number[])[];
  /** By root: what the source gives. */
  readonly rootP: readonly number[];
  readonly rootQ: readonly number[];
  readonly units: UnitColumns;
  /** By section: loss, absent where left out. */
  readonly loss: readonly (number | undefined)[];
  /** By section: the currents that it delivers. */
  readonly currents: readonly (readonly ComplexRow[])[];
  /** By section: G·i, whose squares are the losses; empty for the source's own impedance and where some current would lose less than nothing. */
  readonly lossVectors: readonly (readonly ComplexRow[])[];
  /** Rows of voltage drops; balances are rows 0 … 2·nodes − 1, active ones first. */
  readonly drops: readonly number[];
  /** Rows that say what complex voltages are; none without a limit of unbalance. */
  readonly voltageRows: readonly number[];
  /** First row of the cone of each loss column. */
  readonly lossCones: readonly number[];
  /** Loss by the currents of the flow around which it is linearised, in per unit. */
  readonly lossAround_pu: number;
}

/**
 * Linear branch flow of a three-phase feeder (LinDist3Flow), for any two-port v_t = C·v_f − Z·i, i_f = Y·v_f + B·i.
 *
 * Columns: squared voltages w, powers S = P + jQ delivered by each section, powers of source and units, losses λ. With voltages v to say what
 * the angles are, i = (S/v_t)*, and (all straight in the columns)
 *
 *   w_t = |C·v_f|² − 2·Re(v_t*∘Z·i)      S_f = v_f∘(B·i)* (loss-free: with C·v_f instead of v_t)
 *   Σ given − Σ taken = 0 at every node      λ ≥ |G·i|², GᴴG = Re Z      |E·v_f + F·i| ≤ i_max
 *
 * Around no load these are the equations of the sources. Around a power flow every equation is moved so that it holds there: voltages, flows and
 * losses of the model are then those of the power flow, and only changes from it are linear.
 * @param isLossFree - leave losses out altogether
 * @unit per unit inside; cost in cur/h or kW
 * @source Arnold, Sankur, Dobbe, Brady, Callaway, Von Meier, Optimal dispatch of reactive power for voltage regulation and balancing in unbalanced
 *   distribution systems, IEEE PES General Meeting (2016); Gan, Low, Convex relaxations and linear approximation for optimal power flow in multiphase
 *   radial networks, PSCC (2014), section IV
 */
export function buildLinear(model: FeederModel, around: Around, question: FeederQuestion, isLossFree: boolean): LinearProblem {
  const { wires } = model;
  const { v } = around.flow;
  const build = new BlockBuilder();
  const cones: Cone[] = [];
  wires.nodes.forEach((_, node) => {
    const root = wires.rootVoltage[node];
    const known = root === undefined ? undefined : root[0] ** 2 + root[1] ** 2;
    build.column(known ?? model.w_min_pu[node], known ?? model.w_max_pu[node], () => `voltage limit of ${model.nodeName(node)}`);
  });
  const free = (name: () => string): number => build.column(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, name);
  const flowName = (s: number, k: number): string => `${wires.sections[s].id}, phase ${wires.nodes[wires.sections[s].to[k]].conductor}`;
  const P = wires.sections.map(({ to }, s) => to.map((_, k) => free(() => `active flow of ${flowName(s, k)}`)));
  const Q = wires.sections.map(({ to }, s) => to.map((_, k) => free(() => `reactive flow of ${flowName(s, k)}`)));
  const rootP = wires.rootVoltage.map((_, node) => free(() => `power of the source at ${model.nodeName(node)}`));
  const rootQ = wires.rootVoltage.map((_, node) => free(() => `reactive power of the source at ${model.nodeName(node)}`));
  const units = addUnits(build, model);

  const currents = wires.sections.map(({ to }, s) =>
    to.map((node, k) => conjugateRow(combineRows([over([1, 0], v[node]), columnsRow(P[s][k], Q[s][k])]))),
  );
  const balance = addBalances(build, model, v, { P, Q, rootP, rootQ, units });
  const drops = addDrops(build, model, v, currents);
  const factors = wires.sections.map(({ Z, isSource }) => (isSource ? undefined : lossFactor(Z)));
  const lossVectors = factors.map((G, s) => (G === undefined ? [] : rowsOf(G, currents[s])));
  const lossCones: number[] = [];
  const loss = lossVectors.map((vector, s) => {
    if (isLossFree || vector.length === 0) return undefined;
    const column = free(() => `loss of ${wires.sections[s].id}`);
    lossCones.push(build.rowLower.length);
    addProduct(
      build,
      cones,
      terms([column, 1]),
      constant(1),
      vector.flatMap(({ re, im }) => [re, im]),
      () => `loss of ${wires.sections[s].id}`,
    );
    return column;
  });
  addUnitRatings(build, cones, model, units);
  addRatings(build, cones, model, v, currents);
  const voltageRows = addUnbalance(build, cones, model, v, currents, question.unbalance_max_frac);

  const lossOf = (s: number): number =>
    factors[s] === undefined ? 0 : matrixTimes(factors[s], around.flow.i[s]).reduce((sum, [a, b]) => sum + a * a + b * b, 0);
  const lossAround_pu = around.dispatch === undefined ? 0 : wires.sections.reduce((sum, _, s) => sum + lossOf(s), 0);
  const imported: AffineRow = combine(
    ...rootP.map((column) => [1, terms([column, 1])] as const),
    ...loss.flatMap((column) => (column === undefined ? [] : [[1, terms([column, 1])] as const])),
    [-1, constant(lossAround_pu)],
  );
  addSourceAndObjective(build, model, question, { imported, served: balance.served, units });
  if (around.dispatch !== undefined) {
    const x = atFlow(model, around, { P, Q, rootP, rootQ, units, columns_count: build.lower.length, voltageColumns: voltageRows.columns });
    shiftRows(build, x, [...Array.from({ length: 2 * wires.nodes.length }, (_, row) => row), ...drops, ...voltageRows.rows]);
  }
  const program: Program = { ...build.program(), ...(cones.length > 0 ? { cones } : {}) };
  return {
    program,
    P,
    Q,
    rootP,
    rootQ,
    units,
    loss,
    currents,
    lossVectors,
    drops,
    voltageRows: voltageRows.rows,
    lossCones,
    lossAround_pu,
  };
}

/** M·x */
const rowsOf = (
  m: { readonly rows: number; readonly cols: number; readonly re: Float64Array; readonly im: Float64Array },
  x: readonly ComplexRow[],
): ComplexRow[] => Array.from({ length: m.rows }, (_, i) => combineRows(...x.map((each, j) => [entry(m, i, j), each] as const)));

type Flows = Pick<LinearProblem, 'P' | 'Q' | 'rootP' | 'rootQ' | 'units'>;
type Parts = (readonly [number, AffineRow])[];

/** What source, units and feeding sections give, minus what loads, shunts and fed sections take. Returns what loads are served. */
function addBalances(
  build: BlockBuilder,
  model: FeederModel,
  v: readonly Phasor[],
  { P, Q, rootP, rootQ, units }: Flows,
): { served: AffineRow } {
  const { wires } = model;
  const active: Parts[] = wires.nodes.map(() => []);
  const reactive: Parts[] = wires.nodes.map(() => []);
  const take = (node: number, sign: number, power: { p: AffineRow; q: AffineRow }): void => {
    active[node].push([-sign, power.p]);
    reactive[node].push([-sign, power.q]);
  };
  const served: Parts = [];
  for (const load of model.loads) {
    const { p, q } = straightened(load, squaredAcross(load, v), square(across(v, load)));
    served.push([1, p]);
    for (const {
      node,
      share: [a, b],
    } of endShares(v, load))
      take(node, 1, { p: combine([a, p], [-b, q]), q: combine([b, p], [a, q]) });
  }
  for (const shunt of wires.shunts) shuntPower(shunt, v).forEach((power, k) => take(shunt.nodes[k], 1, power));
  for (const shunt of model.loadShunts) {
    shuntPower(shunt, v).forEach((power, k) => {
      take(shunt.nodes[k], 1, power);
      served.push([1, power.p]);
    });
  }
  model.units.forEach(({ pairs, shares }, d) => {
    pairs.forEach((pair, k) => {
      for (const { node, share } of endShares(v, pair)) {
        const { re, im } = combineRows([times([shares[k], 0], share), columnsRow(units.p[d], units.q[d])]);
        take(node, -1, { p: re, q: im });
      }
    });
  });
  rootP.forEach((column, node) => take(node, -1, { p: terms([column, 1]), q: terms([rootQ[node], 1]) }));
  wires.sections.forEach(({ from, to, C, B }, s) => {
    const vFrom = from.map((node) => v[node]);
    const vOpen = matrixTimes(C, vFrom);
    to.forEach((node, k) => take(node, -1, { p: terms([P[s][k], 1]), q: terms([Q[s][k], 1]) }));
    from.forEach((node, row) => {
      const { re, im } = combineRows(
        ...to.map((_, k) => [times(vFrom[row], over(conjugate(entry(B, row, k)), vOpen[k])), columnsRow(P[s][k], Q[s][k])] as const),
      );
      take(node, 1, { p: re, q: im });
    });
  });
  active.forEach((parts, node) => addRow(build, combine(...parts), 0, 0, () => `active power balance of ${model.nodeName(node)}`));
  reactive.forEach((parts, node) => addRow(build, combine(...parts), 0, 0, () => `reactive power balance of ${model.nodeName(node)}`));
  return { served: combine(...served) };
}

/** w_t = |C·v_f|² − 2·Re(v_t*∘Z·i). Returns the rows. */
function addDrops(
  build: BlockBuilder,
  { wires, nodeName }: FeederModel,
  v: readonly Phasor[],
  currents: LinearProblem['currents'],
): number[] {
  return wires.sections.flatMap(({ from, to, C, Z }, s) => {
    const vFrom = from.map((node) => v[node]);
    const drop = rowsOf(Z, currents[s]);
    return to.map((node, k) => {
      const open = squaredVoltage(
        from,
        from.map((_, j) => entry(C, k, j)),
        vFrom,
      );
      const { re } = combineRows([times([2, 0], conjugate(v[node])), drop[k]]);
      return addRow(build, combine([1, terms([node, 1])], [-1, open], [1, re]), 0, 0, () => `voltage drop to ${nodeName(node)}`);
    });
  });
}

function addRatings(
  build: BlockBuilder,
  cones: Cone[],
  { wires }: FeederModel,
  v: readonly Phasor[],
  currents: LinearProblem['currents'],
): void {
  wires.sections.forEach(({ from, ratings }, s) => {
    for (const { name, i_max_pu, E, F } of ratings) {
      const still = matrixTimes(
        E,
        from.map((node) => v[node]),
      )[0];
      const { re, im } = combineRows([[1, 0], constantRow(still)], [[1, 0], rowsOf(F, currents[s])[0]]);
      addCone(build, cones, [constant(i_max_pu), re, im], () => name);
    }
  });
}

interface FlowColumns extends Flows {
  readonly columns_count: number;
  readonly voltageColumns: readonly (readonly [re: number, im: number])[];
}

/** The columns at the power flow around which the model is linearised; losses enter no shifted row. */
function atFlow({ wires }: FeederModel, { flow, dispatch }: Around, columns: FlowColumns): Float64Array {
  const x = new Float64Array(columns.columns_count);
  const power = (node: number, i: Phasor): Phasor => times(flow.v[node], conjugate(i));
  flow.v.forEach(([re, im], node) => (x[node] = re * re + im * im));
  wires.sections.forEach(({ to }, s) => {
    to.forEach((node, k) => {
      [x[columns.P[s][k]], x[columns.Q[s][k]]] = power(node, flow.i[s][k]);
    });
  });
  flow.root.forEach((i, node) => {
    [x[columns.rootP[node]], x[columns.rootQ[node]]] = power(node, i);
  });
  columns.units.p.forEach((column, d) => (x[column] = dispatch?.p[d] ?? 0));
  columns.units.q.forEach((column, d) => (x[column] = dispatch?.q[d] ?? 0));
  columns.voltageColumns.forEach(([re, im], node) => {
    [x[re], x[im]] = flow.v[node];
  });
  return x;
}

/** Moves the right sides of equations so that they hold at x. */
function shiftRows(build: BlockBuilder, x: Float64Array, rows: readonly number[]): void {
  const { rows: matrix } = build.program();
  const ax = new Float64Array(build.rowLower.length);
  for (let j = 0; j < x.length; j++) {
    for (let k = matrix.colStart[j]; k < matrix.colStart[j + 1]; k++) ax[matrix.rowIndex[k]] += matrix.values[k] * x[j];
  }
  for (const row of rows) {
    build.rowLower[row] = ax[row];
    build.rowUpper[row] = ax[row];
  }
}

export const lossAt = (problem: LinearProblem, x: Float64Array): number =>
  problem.lossVectors.reduce(
    (sum, vector) => sum + vector.reduce((part, { re, im }) => part + valueAt(re, x) ** 2 + valueAt(im, x) ** 2, 0),
    0,
  );
