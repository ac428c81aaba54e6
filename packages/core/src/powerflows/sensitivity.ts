import { CombinationError } from '../base/errors.ts';
import type { BusIndex, Network, OperatingPoint } from '../network/network.ts';
import { buildTopology } from '../network/topology.ts';

/**
 * How voltages answer to power: column j of ∂V/∂P and ∂V/∂Q says what one more kW or kvar injected at bus j does to every bus.
 * Zero at buses that hold their voltage, and for power that cannot change anything (at a slack; reactive at a held bus).
 *
 * | symbol | from |
 * |---|---|
 * | S^VP_ij = ∂v_i/∂p_j | `byActiveInto(j, …)[i]`, pu per kW |
 * | S^VQ_ij = ∂v_i/∂q_j | `byReactiveInto(j, …)[i]`, pu per kvar |
 */
export interface VoltageSensitivity {
  readonly buses_count: number;
  /** @shape into, per bus */
  byActiveInto(bus: BusIndex, into: Float64Array): void;
  /** @shape into, per bus */
  byReactiveInto(bus: BusIndex, into: Float64Array): void;
}

/** Both sensitivities as dense matrices. @shape active, reactive [i][j]: voltage of bus i by power at bus j, flat, row by row */
export interface SensitivityMatrices {
  readonly buses_count: number;
  readonly active_pu_per_kW: Float64Array;
  readonly reactive_pu_per_kvar: Float64Array;
}

/** @cost two columns per bus */
export function sensitivityMatrices(sensitivity: VoltageSensitivity): SensitivityMatrices {
  const n = sensitivity.buses_count;
  const matrices: SensitivityMatrices = {
    buses_count: n,
    active_pu_per_kW: new Float64Array(n * n),
    reactive_pu_per_kvar: new Float64Array(n * n),
  };
  const column = new Float64Array(n);
  const keep = (j: number, matrix: Float64Array): void => {
    for (let i = 0; i < n; i++) matrix[i * n + j] = column[i];
  };
  for (let j = 0; j < n; j++) {
    sensitivity.byActiveInto(j, column);
    keep(j, matrices.active_pu_per_kW);
    sensitivity.byReactiveInto(j, column);
    keep(j, matrices.reactive_pu_per_kvar);
  }
  return matrices;
}

/**
 * Sensitivities of the linear branch flow (LinDistFlow) of a radial network, without a power flow: losses left out, so that they
 * do not depend on the load. Along a branch v²(child) = κ·v²(parent) − δ·2·(r·P + x·Q)/S_b, hence
 *
 *   ∂v_i/∂p_j = R_ij/(v⁰_i·S_b),   R_ij = Σ over branches k above both i and j of δ_k·r_k·Π_(branches between k and i) κ
 *
 * with X and x for reactive power. Without transformers κ = δ = 1: R_ij is the resistance that the ways from the slack to i
 * and to j share, and v⁰ = V₀ everywhere. With the ratio a at the upper end κ = 1/a², δ = 1; at the lower end κ = δ = a².
 *
 * | symbol | variable |
 * |---|---|
 * | v⁰_i, voltage without any flow | `v_idle[i]` |
 * | R_ij·2, X_ij·2 along the way | `drop` |
 * @throws {CombinationError} SENSITIVITY_NOT_RADIAL
 * @cost  O(buses) per column
 * @source Baran, Wu, IEEE Trans. Power Delivery 4 (1989) 1401–1407, the simplified branch flow
 */
export function linearSensitivity(network: Network, point: OperatingPoint): VoltageSensitivity {
  const topology = buildTopology(network, point.slacks, point.isolated);
  if (!topology.isRadial) {
    const chord = network.branches[topology.chords[0]];
    throw new CombinationError({
      code: 'SENSITIVITY_NOT_RADIAL',
      message: `The linear sensitivities need a radial network, but "${network.name}" has a loop${chord ? ` through branch "${chord.id}"` : ''}`,
      hint: 'Open the ties, or take the exact sensitivities of the power flow.',
    });
  }
  const { order, parent, parentBranch } = topology;
  const n = network.buses.length;
  const kappa = new Float64Array(n).fill(1);
  const twoR = new Float64Array(n);
  const twoX = new Float64Array(n);
  const v_idle = new Float64Array(n);
  for (const b of order) {
    const up = parent[b];
    if (up < 0) {
      v_idle[b] = point.v_start_pu[b] > 0 ? point.v_start_pu[b] : 1;
      continue;
    }
    const { to, ratio, r_pu, x_pu } = network.branches[parentBranch[b]];
    const a2 = ratio * ratio;
    const delta = to === b ? 1 : a2;
    kappa[b] = to === b ? 1 / a2 : a2;
    twoR[b] = (2 * delta * r_pu) / network.s_base_kVA;
    twoX[b] = (2 * delta * x_pu) / network.s_base_kVA;
    v_idle[b] = v_idle[up] * Math.sqrt(kappa[b]);
  }
  const isAbove = new Uint8Array(n);
  const columnInto = (j: BusIndex, drop: Float64Array, into: Float64Array): void => {
    isAbove.fill(0);
    for (let b = j as number; b >= 0; b = parent[b]) isAbove[b] = 1;
    into.fill(0);
    for (const b of order) if (parent[b] >= 0) into[b] = kappa[b] * into[parent[b]] + (isAbove[b] ? drop[b] : 0);
    for (const b of order) into[b] /= 2 * v_idle[b];
  };
  return {
    buses_count: n,
    byActiveInto: (bus, into) => columnInto(bus, twoR, into),
    byReactiveInto: (bus, into) => columnInto(bus, twoX, into),
  };
}
