import type { Case, Dropped, OpfResult, OpfStatus } from '@gridflock/core';

/** What `gridflock opf --json` prints. Isolated buses have no price. */
export interface OpfDocument {
  readonly status: OpfStatus;
  readonly formulation: string;
  readonly objective: 'cost' | 'loss';
  readonly objective_cur_per_h: number;
  readonly loss_kW: number;
  readonly iterations: number;
  readonly certificate: {
    readonly primal_residual: number;
    readonly dual_residual: number;
    readonly gap: number;
    readonly ac_check?: { readonly mismatch_max_kVA: number | null; readonly v_violation_max_pu: number | null };
  };
  readonly conflict?: readonly string[];
  readonly notes?: readonly string[];
  readonly buses: readonly {
    readonly id: string;
    readonly v_pu: number;
    readonly angle_deg: number;
    readonly price_cur_per_kWh: number | null;
    readonly price_q_cur_per_kvarh: number | null;
  }[];
  readonly generators: readonly {
    readonly id: string;
    readonly bus: string;
    readonly p_kW: number;
    readonly q_kvar: number;
    readonly cost_cur_per_h: number;
  }[];
  readonly dropped: readonly Dropped[];
}

/** Numbers that are not finite become null, because JSON has no others. */
export function opfDocument({ network, operatingPoint, dropped }: Case, result: OpfResult): OpfDocument {
  const at = (values: Float64Array, k: number): number => values[k] ?? Number.NaN;
  const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const { acCheck, primalResidual, dualResidual, gap } = result.certificate;
  return {
    status: result.status,
    formulation: result.formulation,
    objective: result.objective,
    objective_cur_per_h: result.objective_cur_per_h,
    loss_kW: result.loss_kW,
    iterations: result.iterations_count,
    certificate: {
      primal_residual: primalResidual,
      dual_residual: dualResidual,
      gap,
      ...(acCheck === undefined
        ? {}
        : {
            ac_check: {
              mismatch_max_kVA: known(acCheck.mismatch_max_kVA),
              v_violation_max_pu: acCheck.converged ? known(acCheck.v_violation_max_pu) : null,
            },
          }),
    },
    ...(result.conflict.length > 0 ? { conflict: result.conflict } : {}),
    ...(result.notes.length > 0 ? { notes: result.notes } : {}),
    buses: network.buses.map(({ id }, b) => ({
      id,
      v_pu: at(result.v_pu, b),
      angle_deg: (at(result.angle_rad, b) * 180) / Math.PI,
      price_cur_per_kWh: known(at(result.price_cur_per_kWh, b)),
      price_q_cur_per_kvarh: known(at(result.price_cur_per_kvarh, b)),
    })),
    generators: operatingPoint.generators.map(({ id, bus }, d) => ({
      id,
      bus: network.buses[bus]?.id ?? '',
      p_kW: at(result.p_kW, d),
      q_kvar: at(result.q_kvar, d),
      cost_cur_per_h: at(result.cost_cur_per_h, d),
    })),
    dropped,
  };
}
