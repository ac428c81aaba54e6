import type { Case, Dropped, Feeder, FeederOpfCertificate, FeederOpfFormulation, FeederOpfResult, OpfStatus } from '@gridflock/core';
import { phaseName } from '../feeder/branch-rows.ts';

/** What `gridflock opf --json` prints of a feeder: as of a network, with a row per phase of each bus and unit. */
export interface FeederOpfDocument extends FeederOpfPointDocument {
  readonly formulation: FeederOpfFormulation;
  readonly objective: 'cost' | 'loss';
  /** The power flow next to a relaxed point that is none. */
  readonly recovered?: FeederOpfPointDocument & { readonly gap_frac: number | null };
  readonly dropped: readonly Dropped[];
}

export interface FeederOpfPointDocument {
  readonly status: OpfStatus;
  /** Null where there is no dispatch: it would be the cost of nothing. */
  readonly objective_cur_per_h: number | null;
  readonly loss_kW: number | null;
  readonly iterations: number;
  readonly refinements: number;
  readonly certificate: FeederOpfCertificateDocument;
  readonly conflict?: readonly string[];
  readonly notes?: readonly string[];
  readonly buses: readonly FeederOpfBusDocument[];
  /** The source first (kind `source`); cost of a whole unit on the row of its first phase. */
  readonly generators: readonly FeederOpfUnitDocument[];
}

export interface FeederOpfBusDocument {
  readonly id: string;
  readonly phase: string;
  /** To earth. */
  readonly v_pu: number;
  readonly angle_deg: number;
  readonly price_cur_per_kWh: number | null;
  readonly price_q_cur_per_kvarh: number | null;
  /** They add up to price_cur_per_kWh; null in a relaxation. */
  readonly price_parts: {
    readonly energy_cur_per_kWh: number | null;
    readonly loss_cur_per_kWh: number | null;
    readonly congestion_cur_per_kWh: number | null;
    readonly voltage_cur_per_kWh: number | null;
  };
}

export interface FeederOpfUnitDocument {
  readonly id: string;
  readonly kind: 'source' | 'generator' | 'inverter';
  readonly bus: string;
  readonly phase: string;
  readonly p_kW: number;
  readonly q_kvar: number;
  readonly cost_cur_per_h: number;
}

export interface FeederOpfCertificateDocument {
  readonly primal_residual: number;
  readonly dual_residual: number;
  readonly gap: number;
  readonly relaxation?: {
    readonly is_exact: boolean;
    /** In the unit of the objective: cur/h, or kW for losses. */
    readonly bound: number | null;
    readonly gap_frac: number | null;
    readonly rank_gap_max: number;
    readonly invented_loss_kW: number;
  };
  readonly ac_check?: {
    readonly mismatch_max_kVA: number | null;
    readonly v_violation_max_pu: number | null;
    readonly v_difference_max_pu: number | null;
    readonly unbalance_max_frac: number | null;
    readonly loading_max_frac: number | null;
    readonly source_shift_kW: number | null;
  };
}

const degrees = 180 / Math.PI;
const known = (value: number | undefined): number | null => (value !== undefined && Number.isFinite(value) ? value : null);
const isDispatch = ({ status }: FeederOpfResult): boolean => status === 'optimal' || status === 'almost-optimal';

/** Numbers that are not finite become null, because JSON has no others. */
export function feederOpfDocument({ dropped }: Case, feeder: Feeder, result: FeederOpfResult): FeederOpfDocument {
  const { recovered, formulation, objective } = result;
  const { status, ...point } = pointDocument(feeder, result);
  return {
    status,
    formulation,
    objective,
    ...point,
    ...(recovered === undefined
      ? {}
      : { recovered: { gap_frac: known(result.certificate.relaxation?.gap_frac), ...pointDocument(feeder, recovered) } }),
    dropped,
  };
}

function pointDocument(feeder: Feeder, result: FeederOpfResult): FeederOpfPointDocument {
  const idOf = (bus: number): string => feeder.buses[bus]?.id ?? '';
  return {
    status: result.status,
    objective_cur_per_h: isDispatch(result) ? result.objective_cur_per_h : null,
    loss_kW: isDispatch(result) ? result.loss_kW : null,
    iterations: result.iterations_count,
    refinements: result.refinements_count,
    certificate: certificateDocument(result.certificate),
    ...(result.conflict.length > 0 ? { conflict: result.conflict } : {}),
    ...(result.notes.length > 0 ? { notes: result.notes } : {}),
    buses: result.places.map((place) => ({
      id: idOf(place.bus),
      phase: phaseName(place.conductor),
      v_pu: place.v_pu,
      angle_deg: place.angle_rad * degrees,
      price_cur_per_kWh: known(place.price_cur_per_kWh),
      price_q_cur_per_kvarh: known(place.price_cur_per_kvarh),
      price_parts: {
        energy_cur_per_kWh: known(place.energy_cur_per_kWh),
        loss_cur_per_kWh: known(place.loss_cur_per_kWh),
        congestion_cur_per_kWh: known(place.congestion_cur_per_kWh),
        voltage_cur_per_kWh: known(place.voltage_cur_per_kWh),
      },
    })),
    generators: [
      ...rowsOf(result.source.id, 'source', sourceBus(feeder), result.source.powers, sourceCost(result)),
      ...result.units.flatMap((unit) => rowsOf(unit.id, unit.kind, idOf(unit.bus), unit.powers, unit.cost_cur_per_h)),
    ],
  };
}

type Powers = FeederOpfResult['source']['powers'];

const rowsOf = (id: string, kind: FeederOpfUnitDocument['kind'], bus: string, powers: Powers, cost: number): FeederOpfUnitDocument[] =>
  powers.map(({ conductor, p_kW, q_kvar }, k) => ({
    id,
    kind,
    bus,
    phase: phaseName(conductor),
    p_kW,
    q_kvar,
    cost_cur_per_h: k === 0 ? cost : 0,
  }));

const sourceBus = ({ sources, buses }: Feeder): string => {
  const source = sources.find(({ inService }) => inService);
  return source === undefined ? '' : (buses[source.terminal.bus]?.id ?? '');
};

const sourceCost = (result: FeederOpfResult): number =>
  result.objective_cur_per_h - result.units.reduce((sum, { cost_cur_per_h }) => sum + cost_cur_per_h, 0);

function certificateDocument({
  primalResidual,
  dualResidual,
  gap,
  relaxation,
  acCheck,
}: FeederOpfCertificate): FeederOpfCertificateDocument {
  return {
    primal_residual: primalResidual,
    dual_residual: dualResidual,
    gap,
    ...(relaxation === undefined
      ? {}
      : {
          relaxation: {
            is_exact: relaxation.isExact,
            bound: known(relaxation.bound),
            gap_frac: known(relaxation.gap_frac),
            rank_gap_max: relaxation.rankGap_max_frac,
            invented_loss_kW: relaxation.inventedLoss_kW,
          },
        }),
    ...(acCheck === undefined
      ? {}
      : {
          ac_check: {
            mismatch_max_kVA: known(acCheck.mismatch_max_kVA),
            v_violation_max_pu: acCheck.converged ? known(acCheck.v_violation_max_pu) : null,
            v_difference_max_pu: acCheck.converged ? known(acCheck.v_difference_max_pu) : null,
            unbalance_max_frac: acCheck.converged ? known(acCheck.unbalance_max_frac) : null,
            loading_max_frac: acCheck.converged ? known(acCheck.loading_max_frac) : null,
            source_shift_kW: acCheck.converged ? known(acCheck.sourceShift_kW) : null,
          },
        }),
  };
}
