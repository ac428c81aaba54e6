import type { TrafficRow } from '../agents/wiretap.ts';

/**
 * What a study returns and `result.json` holds. Plain JSON: numbers, texts, lists. Units are in the names.
 */
export interface StudyResult {
  readonly status: 'ok' | 'infeasible' | 'not-converged';
  readonly study: string;
  readonly title: string;
  readonly network: string;
  readonly kpis: Readonly<Record<string, number>>;
  readonly certificate: Readonly<Record<string, number | string>>;
  readonly checks: readonly Check[];
  readonly provenance: Provenance;
}

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly value: number;
  readonly limit: number;
}

export interface Provenance {
  readonly version: string;
  readonly seed: number;
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[];
}

/** The horizon of a study. */
export interface StudyTime {
  readonly startsAt: string;
  readonly zone: string;
  readonly dt_h: number;
  /** Local wall-clock start of each step with offset, e.g. 2025-01-15T07:00+08:00. */
  readonly steps: readonly string[];
}

/** Names of what an agent knows and never says: proof that none of them is a field on the wire. */
export interface KeptAtHome {
  readonly agent: string;
  readonly names: readonly string[];
}

/** `run` of a study of kind negotiate. All series over time have one value per step; powers are kW, + into the network. */
export interface NegotiateResult extends StudyResult {
  readonly time: StudyTime;
  readonly currency: string;
  readonly feeder: FeederDrawing;
  /** Empty when the agents did not agree: there are no prices to settle at. */
  readonly owners: readonly OwnerResult[];
  readonly devices: readonly DeviceResult[];
  /** Fixed withdrawal of the feeder's other customers, as injection (negative). */
  readonly load_kW: readonly number[];
  readonly load_kvar: readonly number[];
  /** A voltage this far beyond a limit still counts as within. */
  readonly voltageTolerance_pu: number;
  readonly tariff: { readonly buy_cur_per_kWh: readonly number[]; readonly sell_cur_per_kWh: readonly number[] };
  /** uncoordinated, negotiated, central: in that order. Central is absent when the central programme has no optimum. */
  readonly plans: readonly PlanResult[];
  readonly negotiation: Negotiation;
  /** Statements about data: what is published, what is a stand-in. */
  readonly notes: readonly string[];
}

export interface FeederDrawing {
  readonly name: string;
  readonly source: string;
  readonly buses: readonly {
    readonly id: string;
    readonly v_min_pu: number;
    readonly v_max_pu: number;
    readonly x?: number;
    readonly y?: number;
  }[];
  readonly branches: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly inService: boolean;
    readonly s_max_kVA: number | null;
  }[];
  readonly slack: string;
}

export interface DeviceResult {
  readonly id: string;
  readonly kind: string;
  readonly bus: string;
  readonly owner: string;
}

/** Money over the horizon; positive is received by the owner. */
export interface OwnerResult {
  readonly owner: string;
  readonly devices: readonly string[];
  /** Bill under the tariff when acting alone, own costs included. */
  readonly alone_cur: number;
  /** Payments at the nets' prices minus own costs. */
  readonly negotiated_cur: number;
  readonly gain_cur: number;
}

export interface PlanResult {
  readonly name: 'uncoordinated' | 'negotiated' | 'central';
  readonly title: string;
  /** Energy bought upstream at its price, losses of the AC check included, plus the devices' own costs. */
  readonly cost_cur: number;
  /** The same by the formulation's own estimate: what the optimiser minimised. */
  readonly objective_cur: number;
  readonly schedules: readonly {
    readonly device: string;
    readonly p_kW: readonly number[];
    readonly q_kvar: readonly number[];
    readonly states: Readonly<Record<string, readonly number[]>>;
  }[];
  /** AC power flow of this plan. */
  readonly ac: AcCheck;
  /** [bus][t], currency per kWh; absent where the plan has no prices. */
  readonly price_cur_per_kWh?: readonly (readonly number[])[];
}

export interface AcCheck {
  readonly converged: boolean;
  /** [bus][t] */
  readonly v_pu: readonly (readonly number[])[];
  /** [branch][t], at the from side */
  readonly p_branch_kW: readonly (readonly number[])[];
  readonly loading_frac: readonly (readonly (number | null)[])[];
  /** Import from upstream at the slack, + into the feeder. [t] */
  readonly p_import_kW: readonly number[];
  readonly q_import_kvar: readonly number[];
  readonly loss_kW: readonly number[];
  readonly v_min_pu: number;
  readonly v_min_bus: string;
  readonly v_max_pu: number;
  readonly v_max_bus: string;
  /** Number of (bus, step) pairs outside the limits. */
  readonly violations_count: number;
  readonly v_violation_max_pu: number;
  /** Fullest branch that has a rating; absent when none has. */
  readonly loading_max_frac?: number;
  readonly loading_max_branch?: string;
  /** Number of (branch, step) pairs above the rating, the tolerance of a hundredth allowed. */
  readonly overloads_count: number;
  readonly mismatch_max_kVA: number;
}

export interface Negotiation {
  readonly scheme: string;
  readonly transport: string;
  readonly rounds_count: number;
  readonly converged: boolean;
  /** One entry per round. */
  readonly history: readonly {
    readonly round: number;
    readonly primalResidual_kW: number;
    readonly dualResidual_cur_per_kWh: number;
    readonly rho: number;
  }[];
  /** Tolerances of the stop rule on the two residuals. */
  readonly tolerance: { readonly primal_kW: number; readonly dual_cur_per_kWh: number };
  /** Prices at the nets. */
  readonly nets: readonly {
    readonly net: string;
    readonly bus: string;
    readonly price_cur_per_kWh: readonly number[];
    readonly price_q_cur_per_kvarh: readonly number[];
    readonly imbalance_max_kW: number;
    readonly payments_sum_cur: number;
  }[];
  /** Agents that could not agree, when the negotiation stalled. */
  readonly conflict?: readonly {
    readonly net: string;
    readonly step: number;
    readonly imbalance_kW: number;
    readonly agents: readonly string[];
  }[];
  /** What crossed between agents: per pair of roles and kind of message. */
  readonly traffic: readonly TrafficRow[];
  readonly messages_count: number;
  readonly bytes_count: number;
  readonly lost_count: number;
  readonly keptAtHome: readonly KeptAtHome[];
  /** Absent where everything was said in the open. */
  readonly privacy?: PrivacyFacts;
}

/** How what agents said was hidden from the nets, in words and figures. */
export interface PrivacyFacts {
  readonly kind: string;
  readonly title: string;
  readonly trusted: string;
  readonly learns: string;
  readonly figures: Readonly<Record<string, number>>;
}
