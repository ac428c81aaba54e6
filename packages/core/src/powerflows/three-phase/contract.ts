import type { Feeder } from '../../network/feeder/feeder.ts';

/**
 * What is solved: every conductor of every bus in service, in the order of the buses and rising conductor number; earth (0) is not among them.
 * @shape bus, conductor: one per place
 */
export interface Places {
  readonly count: number;
  readonly bus: Int32Array;
  readonly conductor: Int32Array;
  /** Nominal voltage to earth: v_base/√3 of the bus. */
  readonly v_base_V: Float64Array;
  /** Place of a conductor of a bus, or −1 (earth, or nothing there). */
  indexOf(bus: number, conductor: number): number;
}

export interface ThreePhaseOptions {
  /**
   * Largest current that does not balance at any place, as a power at nominal voltage, relative to the largest element of a load, generator or inverter,
   * as the feeder stands or as it is now (to 1 kVA when there is none); default 1e-8. Rounding of the terms counts as balanced.
   */
  readonly tolerance_frac?: number;
  readonly iterations_max_count?: number;
  /** Regulators, capacitors and inverter functions act; default true. False: as the feeder stands. */
  readonly controls?: boolean;
  /**
   * What delays of controls do in a series. `time` (default): a delay that is longer than a step is waited for in later steps. `static`: every step settles, delays say who
   * acts first. The control modes of OpenDSS are named so.
   */
  readonly controlTiming?: 'time' | 'static';
  /** Rounds of control actions; default 100. */
  readonly controls_max_count?: number;
  /** Loads as impedances of their rating only: one linear solve. Default false. */
  readonly linear?: boolean;
}

/** Owns its workspace; not re-entrant. Made by `prepareThreePhase`. */
export interface PreparedThreePhase {
  readonly feeder: Feeder;
  readonly places: Places;
  /** Solves the feeder as it stands, or with the changed powers of `point`; starts from the last solution when `warm`. */
  solve(point?: ThreePhasePoint, warm?: boolean): ThreePhaseResult;
  /**
   * Many steps on the same wires, fast and without allocation, fixed taps and switches (controls do not act).
   */
  solveBatch(batch: ThreePhaseBatchInput, out: ThreePhaseBatch): void;
}

/** Powers that differ from the feeder as it stands; those that are absent stay. */
export interface ThreePhasePowers {
  /** Multipliers of the p and q of each load and generator. */
  readonly loadP_frac?: Float64Array | undefined;
  readonly loadQ_frac?: Float64Array | undefined;
  readonly generatorP_frac?: Float64Array | undefined;
  readonly generatorQ_frac?: Float64Array | undefined;
  /**
   * Rated powers of their single-phase elements, before the multipliers: those of the first load, of the second, …, also of what is out of service; signs as
   * in the feeder.
   */
  readonly loadP_kW?: Float64Array | undefined;
  readonly loadQ_kvar?: Float64Array | undefined;
  readonly generatorP_kW?: Float64Array | undefined;
  readonly generatorQ_kvar?: Float64Array | undefined;
  /** Per inverter. */
  readonly inverterP_kW?: Float64Array | undefined;
  readonly inverterQ_kvar?: Float64Array | undefined;
}

/** What differs from the feeder as it stands; taps and steps as they are now. */
export interface ThreePhasePoint extends ThreePhasePowers {
  /** Voltage of all sources, relative to the feeder. */
  readonly source_frac?: number | undefined;
}

/** @shape arrays [t][load, generator, inverter or single-phase element] */
export interface ThreePhaseBatchInput extends ThreePhasePowers {
  readonly steps_count: number;
}

/** @shape v_re_V, v_im_V [t][place]; the others [t] */
export interface ThreePhaseBatch {
  readonly v_re_V: Float64Array;
  readonly v_im_V: Float64Array;
  readonly loss_kW: Float64Array;
  /** From all sources into the network. */
  readonly source_kW: Float64Array;
  readonly converged: Uint8Array;
  readonly iterations_count: Int32Array;
  readonly mismatch_max_kVA: Float64Array;
  /** Of what did not converge: how the iteration ended, where it is worst, what to try. */
  readonly diagnosis: (string | undefined)[];
}

/** `diverged` and `hunting` are results, not errors. */
export interface ThreePhaseResult {
  /** hunting: the wires are solved, the controls did not settle. */
  readonly status: 'converged' | 'diverged' | 'hunting';
  readonly method: 'fixed-point' | 'newton' | 'linear';
  readonly iterations_count: number;
  readonly controlRounds_count: number;
  /** Recomputed from the elements after the last iteration: worst |v·(Σi)*| over the places. */
  readonly mismatch_max_kVA: number;
  /** To earth. @shape [place] */
  readonly v_re_V: Float64Array;
  readonly v_im_V: Float64Array;
  /** Places that no source feeds: 0 V, and nothing flows there. */
  readonly dead: readonly number[];
  /** Places without any path to earth, held by a tiny admittance: their voltage to earth is arbitrary, voltages between them are not. */
  readonly floating: readonly number[];
  /** Per element, what flows from each terminal conductor into the element. */
  readonly lines: readonly EndFlows[];
  readonly switches: readonly EndFlows[];
  /** One entry of `ends` per winding. */
  readonly transformers: readonly EndFlows[];
  readonly sources: readonly EndFlows[];
  readonly shunts: readonly EndFlows[];
  readonly loads: readonly EndFlows[];
  readonly generators: readonly EndFlows[];
  readonly inverters: readonly EndFlows[];
  /** What lines, switches and transformers take, and the active part of the shunts: what is not delivered. kvar without the shunts. */
  readonly loss_kW: number;
  readonly loss_kvar: number;
  /** Where the controls ended. */
  readonly taps: readonly { readonly transformer: string; readonly winding: number; readonly tap_pu: number; readonly position?: number }[];
  readonly shuntSteps: readonly { readonly shunt: string; readonly closed_count: number }[];
  /** What the controls did, in order, in the user's words; empty when nothing moved. */
  readonly actions: readonly string[];
  /** When not converged: which bus, which control, what to try. */
  readonly diagnosis?: string | undefined;
}

/** @shape one array per terminal, one number per conductor of the terminal; + from the bus into the element */
export interface EndFlows {
  readonly ends: readonly {
    readonly i_re_A: Float64Array;
    readonly i_im_A: Float64Array;
    readonly p_kW: Float64Array;
    readonly q_kvar: Float64Array;
  }[];
}
