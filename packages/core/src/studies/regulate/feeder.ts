import { regionOfPolygon } from '../../flexibility/polygon.ts';
import type { PowerPoint, PowerRegion } from '../../flexibility/region.ts';
import { reachableBand } from '../../opf/tracking/band.ts';
import { PlanFlows } from '../../opf/tracking/plan-check.ts';
import type { PccPower, RegulatedFeeder, RegulatedStep, Setpoints, TrackingOptions } from '../../opf/tracking/question.ts';
import type { PlanCheck } from '../../opf/tracking/result.ts';
import { track } from '../../opf/tracking/track.ts';
import type { Characteristic } from '../../regulation/contract.ts';
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

  /** Largest apparent power of the loads on any step: what the feeder is about. At least 1. */
  get load_max_kVA(): number {
    return loadMax_kVA(this.prepared);
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

  /**
   * Targets of clusters for a command that they cannot meet, such that the import comes as near as it can: an optimal power flow that knows
   * of the clusters only what they say. Each is taken as equal parts, one at every bus of a resource, that can do its share of what the
   * cluster can; parts sum to a point that the cluster can deliver, because what it can do is convex.
   */
  split(t: number, clusters: readonly (readonly number[])[], characteristics: readonly Characteristic[], command: PccPower): PowerPoint[] {
    const parts = clusters.flatMap((places, m) => {
      const corners = cornersOf(characteristics[m]).map(({ p_kW, q_kvar }) => ({
        p_kW: p_kW / places.length,
        q_kvar: q_kvar / places.length,
      }));
      const region = regionOfPolygon(corners);
      return places.map((k) => ({ m, bus: this.players[k].bus, region }));
    });
    const feeder = { ...this.feeder, resources: parts.map(({ bus }, i) => ({ id: `part ${i}`, bus })) };
    const { setpoints } = track(
      feeder,
      this.step(
        t,
        parts.map(({ region }) => region),
      ),
      command,
      this.options,
    );
    const targets = clusters.map(() => ({ p_kW: 0, q_kvar: 0 }));
    parts.forEach(({ m }, i) => {
      targets[m].p_kW += setpoints.p_kW[i];
      targets[m].q_kvar += setpoints.q_kvar[i];
    });
    return targets;
  }
}

export function loadMax_kVA({ network, grid, p_fixed_kW, q_fixed_kvar }: Prepared): number {
  const n = network.buses.length;
  let largest_kVA = 1;
  for (let t = 0; t < grid.steps_count; t++) {
    let [p_kW, q_kvar] = [0, 0];
    for (let b = t * n; b < (t + 1) * n; b++) {
      p_kW += p_fixed_kW[b];
      q_kvar += q_fixed_kvar[b];
    }
    largest_kVA = Math.max(largest_kVA, Math.hypot(p_kW, q_kvar));
  }
  return largest_kVA;
}

function cornersOf(characteristic: Characteristic): readonly PowerPoint[] {
  if (characteristic.kind === 'polygon') return characteristic.bounds.inner;
  const { low, high } = characteristic;
  return [low, { p_kW: high.p_kW, q_kvar: low.q_kvar }, high, { p_kW: low.p_kW, q_kvar: high.q_kvar }];
}
