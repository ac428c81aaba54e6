import { analyseLu, LuFactor } from '../linalg/lu.ts';
import { SparseBuilder } from '../linalg/sparse.ts';

/** Parts of the price at live buses; they add up to it. Objective per per unit. */
export interface SplitPrices {
  readonly energy: Float64Array;
  readonly loss: Float64Array;
  readonly congestion: Float64Array;
  readonly voltage: Float64Array;
  readonly reactive: Float64Array;
}

/**
 * The equations of the wires, linearised at the optimum: rows e(x) + d = 0 with states x and demands d. The active balance of live bus b is
 * row b, the reactive one row nB + b.
 * As many rows as states, two rows per reference left out on the one side and the held states on the other.
 * @shape price, reactivePrice, referenceOf (nB); congestion, voltage (states)
 */
export interface WiresAtOptimum {
  readonly rows_count: number;
  readonly states_count: number;
  readonly rows: readonly number[];
  readonly states: readonly number[];
  readonly values: readonly number[];
  /** One live bus per island. */
  readonly references: readonly number[];
  /** Voltage and angle of each reference. */
  readonly heldStates: readonly number[];
  /** The reference of the island of each live bus. */
  readonly referenceOf: Int32Array;
  readonly price: Float64Array;
  readonly reactivePrice: Float64Array;
  /** What limits add to the stationarity of each state: Σ multiplier × gradient. */
  readonly congestion: Float64Array;
  readonly voltage: Float64Array;
}

/**
 * Splits nodal prices by what makes them differ from bus to bus.
 *
 * At the optimum each state x_j of the wires is stationary: Σ_i y_i·∂e_i/∂x_j + Σ limits λ·∂h/∂x_j + ∂f/∂x_j = 0, where y are the prices of the
 * balances. Take the reference bus of each island as the one that balances it, at a voltage it holds: without its two rows R and without its
 * held states, the Jacobian E of what remains is that of a power flow, square and regular, and
 *
 *   y = −E⁻ᵀ·( E_Rᵀ·y_R  +  ∇f  +  Hᵀλ of ratings and angle limits  −  z of voltage limits )
 *
 * Each term is one part:
 *   energy      y_ref: the price at the reference bus
 *   congestion  −E⁻ᵀ·Hᵀλ: zero where no rating and no angle limit binds
 *   voltage     +E⁻ᵀ·z: zero where no voltage limit binds (but that of the reference, which holds its voltage)
 *   reactive    −E⁻ᵀ·E_Qᵀ·y_Q: the reactive power that the reference gives, where that has a price (it is at a reactive limit)
 *   loss        what is left: y_ref × the marginal loss factor −1 − E⁻ᵀ·E_Pᵀ of the bus (and ∇f where shunts count as losses)
 *
 * Energy and loss depend on which bus is the reference, prices do not. Where E is singular there is no split: NaN.
 * @cost one sparse LU of the states and three solves
 * @source Schweppe, Caramanis, Tabors, Bohn, Spot Pricing of Electricity (1988), appendix D; Conejo, Castillo, Mínguez, Milano, Locational
 *   Marginal Price Sensitivities, IEEE Trans. Power Syst. 20(4) (2005)
 */
export function splitPrices(wires: WiresAtOptimum): SplitPrices {
  const { price, reactivePrice, references, referenceOf } = wires;
  const nB = price.length;
  const energy = Float64Array.from(referenceOf, (reference) => price[reference]);
  const rowOf = renumbered(wires.rows_count, [...references, ...references.map((b) => nB + b)]);
  const stateOf = renumbered(wires.states_count, wires.heldStates);
  const n = wires.rows_count - 2 * references.length;
  const matrix = new SparseBuilder();
  const reactiveSource = new Float64Array(wires.states_count);
  for (let k = 0; k < wires.values.length; k++) {
    const row = wires.rows[k];
    const state = wires.states[k];
    if (rowOf[row] >= 0 && stateOf[state] >= 0) matrix.add(rowOf[row], stateOf[state], wires.values[k]);
    if (rowOf[row] < 0 && row >= nB) reactiveSource[state] += wires.values[k] * reactivePrice[row - nB];
  }
  const square = matrix.build(n, n);
  const lu = new LuFactor(analyseLu(square));
  if (lu.factor(square.values).status !== 'ok') return noSplit(nB);
  const partOf = (source: Float64Array): Float64Array => {
    const solution = new Float64Array(n);
    source.forEach((value, state) => {
      if (stateOf[state] >= 0) solution[stateOf[state]] = -value;
    });
    if (solution.every((value) => value === 0)) return new Float64Array(nB);
    lu.solveTransposeInto(solution);
    return Float64Array.from({ length: nB }, (_, b) => (rowOf[b] >= 0 ? solution[rowOf[b]] : 0));
  };
  const [congestion, voltage, reactive] = [wires.congestion, wires.voltage, reactiveSource].map(partOf);
  lu.release();
  const loss = price.map((value, b) => value - energy[b] - congestion[b] - voltage[b] - reactive[b]);
  return { energy, loss, congestion, voltage, reactive };
}

/** Where there is no optimum, or no regular Jacobian at it. */
export function noSplit(buses_count: number): SplitPrices {
  const none = new Float64Array(buses_count).fill(Number.NaN);
  return { energy: none, loss: none, congestion: none, voltage: none, reactive: none };
}

/** Place without those left out, −1 for them. */
function renumbered(count: number, leftOut: readonly number[]): Int32Array {
  const place = new Int32Array(count);
  for (const each of leftOut) place[each] = -1;
  let next = 0;
  for (let k = 0; k < count; k++) if (place[k] === 0) place[k] = next++;
  return place;
}
