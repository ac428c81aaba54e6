export type OpfStatus = 'optimal' | 'almost-optimal' | 'infeasible' | 'unbounded' | 'iteration-limit' | 'time-limit' | 'stopped' | 'failed';

/** There is a dispatch, with prices. */
export const isSolved = (status: OpfStatus): boolean => status === 'optimal' || status === 'almost-optimal';

export type OpfFormulation = 'ac' | 'dc' | 'soc' | 'lindistflow';

/** Arrays are in the order of the network's buses and branches, and of the operating point's generators. */
export interface OpfResult {
  readonly status: OpfStatus;
  readonly formulation: OpfFormulation;
  readonly objective: 'cost' | 'loss';
  /** Cost of all generators at this point, whatever the objective was. */
  readonly objective_cur_per_h: number;
  /** Σ generation + fixed injections − shunts; 0 in `dc`; where `lindistflow` leaves losses out, estimated from its flows. */
  readonly loss_kW: number;
  readonly iterations_count: number;
  readonly certificate: OpfCertificate;
  readonly v_pu: Float64Array;
  readonly angle_rad: Float64Array;
  /**
   * Increase of the optimal cost per unit of demand added at the bus. With the loss objective: of all generation, in kW per kW, which is 1 and
   * the marginal loss. NaN unless solved.
   */
  readonly price_cur_per_kWh: Float64Array;
  readonly price_cur_per_kvarh: Float64Array;
  readonly priceParts: PriceParts;
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  readonly cost_cur_per_h: Float64Array;
  /** `soc` only, where the relaxation is not exact: the AC optimum next to it. */
  readonly recovered?: OpfResult;
  /** Not solved: what conflicts, in the words of the network, as far as it is known. */
  readonly conflict: readonly string[];
  readonly notes: readonly string[];
}

/**
 * What `price_cur_per_kWh` is made of; at each bus the parts add up to it. NaN where there is no price, or no split.
 * `price-split.ts` defines them.
 */
export interface PriceParts {
  /** The price at the reference bus of the island. */
  readonly energy_cur_per_kWh: Float64Array;
  readonly loss_cur_per_kWh: Float64Array;
  /** Ratings and angle limits. */
  readonly congestion_cur_per_kWh: Float64Array;
  readonly voltage_cur_per_kWh: Float64Array;
  /** The reactive power that the reference bus has to give for it, where that has a price. */
  readonly reactive_cur_per_kWh: Float64Array;
}

/** Residuals are recomputed from the problem; primal in per unit, the others relative. */
export interface OpfCertificate {
  readonly primalResidual: number;
  readonly dualResidual: number;
  readonly gap: number;
  readonly relaxation?: Relaxation;
  readonly acCheck?: AcCheck;
}

/** How far a relaxed point is from the AC equations. */
export interface Relaxation {
  /** Invented power, loop mismatch and power flow check are all within tolerance: the point is an AC optimum, and a global one. */
  readonly isExact: boolean;
  /** No AC point has a lower objective (cur/h, or kW for losses): the dual objective, as the solver proved it. */
  readonly bound: number;
  /** Largest ℓ·u − P² − Q² of a branch, over the largest ℓ·u of any. */
  readonly coneGap_max_frac: number;
  /** Largest distance of the angles from adding up to zero around a loop. */
  readonly loopMismatch_max_rad: number;
  /** Losses that no flow causes: Σ r·(ℓ − (P² + Q²)/u), and Σ |r + jx|·(ℓ − (P² + Q²)/u). */
  readonly inventedLoss_kW: number;
  readonly inventedPower_kVA: number;
  /** (objective of the recovered AC point − bound)/|objective|, when one was found: no AC point is better by more than this. */
  readonly gap_frac?: number;
}

/** A power flow at the dispatch: AC, SOC and LinDistFlow hold the generators' p and q, DC their p and the voltages of the case. */
export interface AcCheck {
  readonly converged: boolean;
  readonly mismatch_max_kVA: number;
  readonly v_violation_max_pu: number;
  /** Largest |active power that a slack bus gives in the power flow − what the dispatch says|. */
  readonly slackShift_max_kW: number;
}
