import type { Case, Dropped, OpfCertificate, OpfFormulation, OpfResult, OpfStatus } from '@gridflock/core';

/** What `gridflock opf --json` prints. Isolated buses have no price. */
export interface OpfDocument extends OpfPointDocument {
  readonly formulation: OpfFormulation;
  readonly objective: 'cost' | 'loss';
  /** The AC point next to a relaxed one that is not exact. */
  readonly recovered?: OpfPointDocument & { readonly gap_frac: number | null };
  readonly dropped: readonly Dropped[];
}

export interface OpfPointDocument {
  readonly status: OpfStatus;
  /** Null where the point keeps not all equations and limits: it is no dispatch then, and this would be the cost of nothing. */
  readonly objective_cur_per_h: number | null;
  readonly loss_kW: number | null;
  readonly iterations: number;
  readonly certificate: OpfCertificateDocument;
  readonly conflict?: readonly string[];
  readonly notes?: readonly string[];
  readonly buses: readonly OpfBusDocument[];
  readonly generators: readonly {
    readonly id: string;
    readonly bus: string;
    readonly p_kW: number;
    readonly q_kvar: number;
    readonly cost_cur_per_h: number;
  }[];
}

export interface OpfCertificateDocument {
  readonly primal_residual: number;
  readonly dual_residual: number;
  readonly gap: number;
  /** Largest ℓ·u − P² − Q² of a branch, over the largest ℓ·u. */
  readonly cone_gap_max?: number;
  readonly relaxation?: {
    readonly is_exact: boolean;
    /** In the unit of the objective: cur/h, or kW for losses. */
    readonly bound: number;
    readonly gap_frac: number | null;
    readonly loop_mismatch_max_deg: number;
    readonly invented_loss_kW: number;
    readonly invented_power_kVA: number;
  };
  readonly ac_check?: {
    readonly mismatch_max_kVA: number | null;
    readonly v_violation_max_pu: number | null;
    readonly slack_shift_max_kW: number | null;
  };
}

export interface OpfBusDocument {
  readonly id: string;
  readonly v_pu: number;
  readonly angle_deg: number;
  readonly price_cur_per_kWh: number | null;
  readonly price_q_cur_per_kvarh: number | null;
  /** They add up to price_cur_per_kWh. */
  readonly price_parts: {
    readonly energy_cur_per_kWh: number | null;
    readonly loss_cur_per_kWh: number | null;
    readonly congestion_cur_per_kWh: number | null;
    readonly voltage_cur_per_kWh: number | null;
    readonly reactive_cur_per_kWh: number | null;
  };
}

/** Numbers that are not finite become null, because JSON has no others. */
export function opfDocument(value: Case, result: OpfResult): OpfDocument {
  const { recovered } = result;
  const { status, ...point } = pointDocument(value, result);
  return {
    status,
    formulation: result.formulation,
    objective: result.objective,
    ...point,
    ...(recovered === undefined
      ? {}
      : { recovered: { gap_frac: known(result.certificate.relaxation?.gap_frac), ...pointDocument(value, recovered) } }),
    dropped: value.dropped,
  };
}

/** What a point may miss equations and limits by, per unit, and still count as one. */
const feasible_pu = 1e-6;

/** There is a dispatch: an optimum, or where a limit ended the search a point that keeps all equations and limits. */
export function isDispatch({ status, certificate }: OpfResult): boolean {
  if (status === 'optimal' || status === 'almost-optimal') return true;
  if (status === 'infeasible' || status === 'unbounded' || status === 'failed') return false;
  return certificate.primalResidual <= feasible_pu;
}

const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);
const at = (values: Float64Array, k: number): number => values[k] ?? Number.NaN;

function pointDocument({ network, operatingPoint }: Case, result: OpfResult): OpfPointDocument {
  const { priceParts: parts } = result;
  return {
    status: result.status,
    objective_cur_per_h: isDispatch(result) ? result.objective_cur_per_h : null,
    loss_kW: isDispatch(result) ? result.loss_kW : null,
    iterations: result.iterations_count,
    certificate: certificateDocument(result.certificate),
    ...(result.conflict.length > 0 ? { conflict: result.conflict } : {}),
    ...(result.notes.length > 0 ? { notes: result.notes } : {}),
    buses: network.buses.map(({ id }, b) => ({
      id,
      v_pu: at(result.v_pu, b),
      angle_deg: (at(result.angle_rad, b) * 180) / Math.PI,
      price_cur_per_kWh: known(at(result.price_cur_per_kWh, b)),
      price_q_cur_per_kvarh: known(at(result.price_cur_per_kvarh, b)),
      price_parts: {
        energy_cur_per_kWh: known(at(parts.energy_cur_per_kWh, b)),
        loss_cur_per_kWh: known(at(parts.loss_cur_per_kWh, b)),
        congestion_cur_per_kWh: known(at(parts.congestion_cur_per_kWh, b)),
        voltage_cur_per_kWh: known(at(parts.voltage_cur_per_kWh, b)),
        reactive_cur_per_kWh: known(at(parts.reactive_cur_per_kWh, b)),
      },
    })),
    generators: operatingPoint.generators.map(({ id, bus }, d) => ({
      id,
      bus: network.buses[bus]?.id ?? '',
      p_kW: at(result.p_kW, d),
      q_kvar: at(result.q_kvar, d),
      cost_cur_per_h: at(result.cost_cur_per_h, d),
    })),
  };
}

function certificateDocument({ primalResidual, dualResidual, gap, relaxation, acCheck }: OpfCertificate): OpfCertificateDocument {
  return {
    primal_residual: primalResidual,
    dual_residual: dualResidual,
    gap,
    ...(relaxation === undefined
      ? {}
      : {
          cone_gap_max: relaxation.coneGap_max_frac,
          relaxation: {
            is_exact: relaxation.isExact,
            bound: relaxation.bound,
            gap_frac: known(relaxation.gap_frac),
            loop_mismatch_max_deg: (relaxation.loopMismatch_max_rad * 180) / Math.PI,
            invented_loss_kW: relaxation.inventedLoss_kW,
            invented_power_kVA: relaxation.inventedPower_kVA,
          },
        }),
    ...(acCheck === undefined
      ? {}
      : {
          ac_check: {
            mismatch_max_kVA: known(acCheck.mismatch_max_kVA),
            v_violation_max_pu: acCheck.converged ? known(acCheck.v_violation_max_pu) : null,
            slack_shift_max_kW: acCheck.converged ? known(acCheck.slackShift_max_kW) : null,
          },
        }),
  };
}
