export type OpfStatus = 'optimal' | 'almost-optimal' | 'infeasible' | 'unbounded' | 'iteration-limit' | 'time-limit' | 'stopped' | 'failed';

/** Arrays are in the order of the network's buses and branches, and of the operating point's generators. */
export interface OpfResult {
  readonly status: OpfStatus;
  readonly formulation: 'ac' | 'dc';
  readonly objective: 'cost' | 'loss';
  /** Cost of all generators at this point, whatever the objective was. */
  readonly objective_cur_per_h: number;
  /** Σ generation + fixed injections − shunts; 0 in the loss-free formulation. */
  readonly loss_kW: number;
  readonly iterations_count: number;
  readonly certificate: OpfCertificate;
  readonly v_pu: Float64Array;
  readonly angle_rad: Float64Array;
  /** Increase of the optimal objective per unit of demand added at the bus: cur/kWh, or kW/kW for the loss objective. */
  readonly price_cur_per_kWh: Float64Array;
  readonly price_cur_per_kvarh: Float64Array;
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
  readonly cost_cur_per_h: Float64Array;
  /** Not solved: what conflicts, in the words of the network, as far as it is known. */
  readonly conflict: readonly string[];
  readonly notes: readonly string[];
}

/** Residuals are recomputed from the problem; primal in per unit, the others relative. */
export interface OpfCertificate {
  readonly primalResidual: number;
  readonly dualResidual: number;
  readonly gap: number;
  readonly acCheck?: AcCheck;
}

/** A power flow at the dispatch: AC holds the generators' p and q, DC their p and the voltages of the case. */
export interface AcCheck {
  readonly converged: boolean;
  readonly mismatch_max_kVA: number;
  readonly v_violation_max_pu: number;
}
