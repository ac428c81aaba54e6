import type { PowerRegion } from '../../flexibility/region.ts';
import { reachableBand } from '../../opf/tracking/band.ts';
import { PlanFlows } from '../../opf/tracking/plan-check.ts';
import type { RegulatedFeeder, RegulatedStep, Setpoints, TrackingOptions } from '../../opf/tracking/question.ts';
import type { PlanCheck } from '../../opf/tracking/result.ts';
import type { Player } from './players.ts';
import type { Prepared } from './prepare.ts';

/** What can be reached at the point of common coupling on a step, P and Q each by itself. */
export interface Band {
  readonly p_low_kW: number;
  readonly p_high_kW: number;
  readonly q_low_kvar: number;
  readonly q_high_kvar: number;
}

/** The feeder with its players, as single-point regulation and the AC check take it. */
export class StudyFeeder {
  readonly feeder: RegulatedFeeder;
  readonly players: readonly Player[];
  readonly options: TrackingOptions;
  private readonly prepared: Prepared;
  private readonly flows: PlanFlows;

  constructor(prepared: Prepared, players: readonly Player[], options: TrackingOptions) {
    this.prepared = prepared;
    this.players = players;
    this.options = options;
    const { network, slack, v_slack_pu, case: given } = prepared;
    const resources = players.map(({ id, bus }) => ({ id, bus }));
    this.feeder = { network, slack, v_slack_pu, resources, isolated: given.operatingPoint.isolated };
    this.flows = new PlanFlows(this.feeder);
  }

  /** @shape [t][b] */
  get fixed(): { readonly p_fixed_kW: Float64Array; readonly q_fixed_kvar: Float64Array } {
    return this.prepared;
  }

  step(t: number, regions: readonly PowerRegion[]): RegulatedStep {
    const n = this.prepared.network.buses.length;
    const { p_fixed_kW, q_fixed_kvar } = this.prepared;
    return {
      p_fixed_kW: p_fixed_kW.subarray(t * n, (t + 1) * n),
      q_fixed_kvar: q_fixed_kvar.subarray(t * n, (t + 1) * n),
      regions,
    };
  }

  band(t: number, regions: readonly PowerRegion[]): Band {
    const { pMin, pMax, qMin, qMax } = reachableBand(this.feeder, this.step(t, regions), this.options);
    return { p_low_kW: pMin.p_pcc_kW, p_high_kW: pMax.p_pcc_kW, q_low_kvar: qMin.q_pcc_kvar, q_high_kvar: qMax.q_pcc_kvar };
  }

  /** AC power flow of set-points on step t. */
  check(t: number, setpoints: Setpoints): PlanCheck {
    return this.flows.solve(this.step(t, []), setpoints).check;
  }
}
