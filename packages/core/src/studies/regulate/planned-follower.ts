import type { Follower } from '../../flexibility/follower.ts';
import { project } from '../../flexibility/project.ts';
import type { PowerPoint, PowerRegion, PowerWeights } from '../../flexibility/region.ts';
import { buildRegion } from '../../flexibility/shape.ts';

/** What a resource has sold: its active power stays within these. @shape per step */
export interface ActivePlan {
  readonly p_low_kW: readonly number[];
  readonly p_high_kW: readonly number[];
}

/**
 * A follower that also keeps to what was traded. Where its own law leaves no room for the plan (a store that was not called is full
 * already), the law holds and the plan gives way.
 */
export function followPlan(inner: Follower, plan: ActivePlan): Follower {
  let known: { readonly step: number; readonly region: PowerRegion } | undefined;
  const region = (): PowerRegion => {
    if (known?.step === inner.step) return known.region;
    const own = inner.region();
    const within = (p_kW: number): number => Math.min(Math.max(p_kW, own.p_min_kW), own.p_max_kW);
    const [low, high] = [within(plan.p_low_kW[inner.step]), within(plan.p_high_kW[inner.step])];
    known = { step: inner.step, region: buildRegion(own.halfPlanes, own.s_max_kVA, low, high) };
    return known.region;
  };
  return {
    id: inner.id,
    steps_count: inner.steps_count,
    get step() {
      return inner.step;
    },
    region,
    advance: (asked: PowerPoint, weights?: PowerWeights) => inner.advance(project(region(), asked, weights), weights),
    state: () => inner.state(),
    copy: () => followPlan(inner.copy(), plan),
  };
}
