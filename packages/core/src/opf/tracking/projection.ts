import type { BusIndex } from '../../network/network.ts';
import type { FeederFlow } from './feeder-flow.ts';
import type { FeederLimits, WireLimit } from './feeder-limits.ts';
import { type LinearRow, NearestResponse } from './nearest-response.ts';
import type { RegionSet } from './region-set.ts';
import type { Aim } from './tracking-problem.ts';

const ROUNDS_MAX_COUNT = 25;
/** With more limits that bind at a time the interior point is the better way. */
const LIMITS_MAX_COUNT = 12;
/** Set-points that move less than this in all, and limits exceeded by less, are settled. */
const SETTLED_PU = 1e-9;
/** From this round on, a step must be shorter than this part of the one before the last. */
const PATIENCE_COUNT = 4;
const SHRINK_FRAC = 0.5;

export interface ProjectionQuestion {
  readonly aim: Extract<Aim, { kind: 'command' }>;
  readonly regions: RegionSet;
  /** Bus of each resource in the network, and of the point of common coupling. */
  readonly busOf: readonly BusIndex[];
  readonly slack: BusIndex;
  /** Fixed injections. @shape per bus of the network */
  readonly p_pu: Float64Array;
  readonly q_pu: Float64Array;
  readonly interrupted: () => boolean;
}

/** Set-points with the state they lead to in the `FeederFlow`. */
export interface Projected {
  /** `unsettled`: not an answer, perhaps a start. `no-flow`: not even that. */
  readonly end: 'settled' | 'unsettled' | 'no-flow';
  readonly rounds_count: number;
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly p_pcc_pu: number;
  readonly q_pcc_pu: number;
  /** Multipliers of the command. */
  readonly lambdaP: number;
  readonly lambdaQ: number;
  /** ‖u − Π(r − Gᵀλ/ω)‖₁ with the gradients at u, and Σ of what complementarity misses. */
  readonly step_pu: number;
  /** What the equations miss, or by how much a limit is exceeded, at most. */
  readonly residual_pu: number;
  readonly gap: number;
}

/**
 * Sequential projection: the import and the limits that bind are replaced by their tangents at the power flow of the last set-points, the
 * nearest response to these is found, and so on. Where it settles, the first-order conditions of `TrackingProblem` hold:
 *
 *   u_d = Π_d(r_d − Σ_k λ_k·∂r_k/∂u_d(u)/ω_d),   λ_k in the range of its row and complementary to r_k(u)
 *
 * It settles where the distances (ω) outweigh the curvature that λ gives to the losses: wherever the command can be met. Where the answer
 * is decided by the losses themselves, at the edge of the band, it may jump to and fro and gives up.
 * @unit per unit
 * @cost per round a power flow, one LU, a solve per row, O(resources) for the response; 3 to 8 rounds
 */
export function projectOnto(
  flow: FeederFlow,
  limits: FeederLimits,
  { aim, regions, busOf, slack, p_pu, q_pu, interrupted }: ProjectionQuestion,
  startP: Float64Array,
  startQ: Float64Array,
): Projected {
  const nB = p_pu.length;
  const n = regions.count;
  const response = new NearestResponse(regions, aim.nearP, aim.nearQ, aim.nearWeight);
  const bound: WireLimit[] = [];
  const busP = new Float64Array(nB);
  const busQ = new Float64Array(nB);
  const byBus = [new Float64Array(2 * nB), new Float64Array(2 * nB)];
  const limitByBus = new Float64Array(2 * nB);
  let p = startP.slice();
  let q = startQ.slice();
  const steps: number[] = [];
  let p_pcc_pu = Number.NaN;
  let q_pcc_pu = Number.NaN;
  const end = (kind: Projected['end'], step_pu = Number.NaN, residual_pu = Number.NaN, gap = Number.NaN): Projected => {
    const [lambdaP = 0, lambdaQ = 0] = response.lambda;
    return { end: kind, rounds_count: steps.length, p, q, p_pcc_pu, q_pcc_pu, lambdaP, lambdaQ, step_pu, residual_pu, gap };
  };

  for (let round = 0; ; round++) {
    busP.set(p_pu);
    busQ.set(q_pu);
    for (let d = 0; d < n; d++) {
      busP[busOf[d]] += p[d];
      busQ[busOf[d]] += q[d];
    }
    if (!flow.solve(busP, busQ) || !flow.linearise()) return end('no-flow');
    p_pcc_pu = flow.p_slack - busP[slack];
    q_pcc_pu = flow.q_slack - busQ[slack];
    if (round >= ROUNDS_MAX_COUNT || interrupted()) return end('unsettled');
    const exceeded = limits.exceeded(flow, SETTLED_PU);
    const isKept = exceeded.length === 0;
    for (const limit of exceeded) if (!bound.some((x) => x.kind === limit.kind && x.index === limit.index)) bound.push(limit);
    if (bound.length > LIMITS_MAX_COUNT) return end('unsettled');

    flow.slackGradientsInto(byBus[0], byBus[1]);
    // What a resource gives at the slack itself is not imported.
    byBus[0][slack] -= 1;
    byBus[1][nB + slack] -= 1;
    const rowOf = (ofBuses: Float64Array, value: number, lambdaMin: number, lambdaMax: number): LinearRow => {
      const gradient = new Float64Array(2 * n);
      let offset = value;
      for (let d = 0; d < n; d++) {
        gradient[d] = ofBuses[busOf[d]];
        gradient[n + d] = ofBuses[nB + busOf[d]];
        offset -= gradient[d] * p[d] + gradient[n + d] * q[d];
      }
      return { gradient, offset, lambdaMin, lambdaMax };
    };
    const rows = [
      rowOf(byBus[0], p_pcc_pu - aim.p, -aim.alpha, aim.alpha),
      rowOf(byBus[1], q_pcc_pu - aim.q, -aim.beta, aim.beta),
      ...bound.map((limit) => {
        limits.gradientInto(flow, limit, limitByBus);
        return rowOf(limitByBus, limits.value(flow, limit), 0, Number.POSITIVE_INFINITY);
      }),
    ];
    if (!response.solve(rows)) return end('unsettled');
    let step = 0;
    for (let d = 0; d < n; d++) step += Math.abs(response.p[d] - p[d]) + Math.abs(response.q[d] - q[d]);
    steps.push(step);
    if (step <= SETTLED_PU && isKept) {
      const { lambda } = response;
      let gap = aim.alpha * Math.abs(p_pcc_pu - aim.p) - lambda[0] * (p_pcc_pu - aim.p);
      gap += aim.beta * Math.abs(q_pcc_pu - aim.q) - lambda[1] * (q_pcc_pu - aim.q);
      bound.forEach((limit, k) => {
        gap += Math.abs(lambda[2 + k] * limits.value(flow, limit));
      });
      let residual = flow.mismatch;
      for (const limit of limits.exceeded(flow, 0)) residual = Math.max(residual, limits.value(flow, limit));
      return end('settled', step, residual, gap);
    }
    if (round >= PATIENCE_COUNT && step > SHRINK_FRAC * steps[round - 2]) return end('unsettled');
    p = response.p.slice();
    q = response.q.slice();
  }
}
