import type { FeederModel } from './model.ts';
import { across, type Pair } from './pairs.ts';
import { conjugate, entry, matrixTimes, minus, over, type Phasor, plus, square, times, zero } from './phasor.ts';
import { lawAt } from './voltage-law.ts';

/** Voltages of nodes, currents that sections deliver, and what the source gives. @shape v (nodes), i [section][to], root (roots) @unit per unit */
export interface TreeFlow {
  readonly converged: boolean;
  readonly v: readonly Phasor[];
  readonly i: readonly (readonly Phasor[])[];
  readonly root: readonly Phasor[];
}

/** Powers of the units. @unit per unit */
export interface Dispatch {
  readonly p: readonly number[];
  readonly q: readonly number[];
}

/** Generators and sun as much as they can, reactive power as near to none as their limits allow. */
export function standing({ units }: FeederModel): Dispatch {
  const nearest = (low: number, high: number): number => Math.min(Math.max(0, low), high);
  return { p: units.map((unit) => unit.p_max_pu), q: units.map((unit) => nearest(unit.q_min_pu, unit.q_max_pu)) };
}

/** Voltages where nothing is connected and nothing flows. */
export function noLoadFlow({ wires }: FeederModel): TreeFlow {
  const v: Phasor[] = [...wires.rootVoltage];
  for (const { from, to, C } of wires.sections) {
    const vTo = matrixTimes(
      C,
      from.map((node) => v[node]),
    );
    to.forEach((node, k) => (v[node] = vTo[k]));
  }
  return { converged: true, v, i: wires.sections.map(({ to }) => to.map(() => zero)), root: wires.rootVoltage.map(() => zero) };
}

/** Voltages move by less than this when the sweeps have settled. */
const SETTLED_PU = 1e-13;
const sweeps_max_count = 200;

/**
 * The power flow of the tree at a dispatch, by backward–forward sweeps: what the formulations linearise around and are measured by.
 * `converged` is false where the sweeps do not settle, as at loads beyond what the feeder carries.
 * @cost O(nodes) per sweep
 */
export function treeFlow(model: FeederModel, dispatch: Dispatch): TreeFlow {
  const { wires } = model;
  const flow = noLoadFlow(model);
  const v = [...flow.v];
  let i: Phasor[][] = [];
  let root: readonly Phasor[] = [];
  for (let sweep = 0; sweep < sweeps_max_count; sweep++) {
    const drawn = drawnCurrents(model, dispatch, v);
    i = new Array<Phasor[]>(wires.sections.length);
    for (let s = wires.sections.length - 1; s >= 0; s--) {
      const { from, to, B } = wires.sections[s];
      i[s] = to.map((node) => drawn[node]);
      matrixTimes(B, i[s]).forEach((each, k) => (drawn[from[k]] = plus(drawn[from[k]], each)));
    }
    root = drawn.slice(0, wires.roots_count);
    let moved2 = 0;
    wires.sections.forEach(({ from, to, C, Z }, s) => {
      const open = matrixTimes(
        C,
        from.map((node) => v[node]),
      );
      const drop = matrixTimes(Z, i[s]);
      to.forEach((node, k) => {
        const next = minus(open[k], drop[k]);
        moved2 = Math.max(moved2, square(minus(next, v[node])));
        v[node] = next;
      });
    });
    if (!(moved2 < 1e6)) break;
    if (moved2 < SETTLED_PU ** 2) return { converged: true, v, i, root };
  }
  return { converged: false, v, i, root };
}

/** What the source gives at its terminal. @shape (phase conductors of the source) */
export function sourcePowers({ wires }: FeederModel, { v, i, root }: TreeFlow): Phasor[] {
  const [first] = wires.sections;
  if (first?.isSource) return first.to.map((node, k) => times(v[node], conjugate(i[0][k])));
  return root.map((current, node) => times(v[node], conjugate(current)));
}

/** What loads, shunts and units at each node take at these voltages. */
export function drawnCurrents({ wires, loads, loadShunts, units }: FeederModel, dispatch: Dispatch, v: readonly Phasor[]): Phasor[] {
  const drawn: Phasor[] = wires.nodes.map(() => zero);
  const draw = (pair: Pair, power: Phasor): void => {
    const current = conjugate(over(power, across(v, pair)));
    drawn[pair.a] = plus(drawn[pair.a], current);
    if (pair.b >= 0) drawn[pair.b] = minus(drawn[pair.b], current);
  };
  for (const load of loads) {
    const u2 = square(across(v, load)) / load.w_rated_pu;
    draw(load, [load.p_pu * lawAt(load.pTable, u2).value, load.q_pu * lawAt(load.qTable, u2).value]);
  }
  units.forEach(({ pairs, shares }, d) => {
    pairs.forEach((pair, k) => draw(pair, [-shares[k] * dispatch.p[d], -shares[k] * dispatch.q[d]]));
  });
  for (const { nodes, y } of [...wires.shunts, ...loadShunts]) {
    nodes.forEach((node, row) => {
      nodes.forEach((other, col) => (drawn[node] = plus(drawn[node], times(entry(y, row, col), v[other]))));
    });
  }
  return drawn;
}
