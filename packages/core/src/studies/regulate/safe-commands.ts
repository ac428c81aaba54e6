import type { Role } from '../../agents/role.ts';
import { CombinationError } from '../../base/errors.ts';
import type { RandomStream } from '../../base/random.ts';
import { pointOf } from '../../opf/tracking/plan-check.ts';
import { buildPowerFlowBatch } from '../../powerflows/contract.ts';
import { prepareNewton } from '../../powerflows/newton-flow.ts';
import { followSignal } from '../../regulation/constraint-set/follow-signal.ts';
import { type SafeSet, safeSet } from '../../regulation/constraint-set/safe-set.ts';
import type { ConstraintSetResult } from '../../wire/regulate-result.ts';
import type { RegulateDocument } from './document.ts';
import type { StudyFeeder } from './feeder.ts';
import type { undisturbed } from './players.ts';
import type { Prepared } from './prepare.ts';

/** Memory of the stand-in for a regulation signal: what remains of it an hour later. */
const memory_frac = 0.5;

/**
 * Constraint-set coordination: on every step the utility publishes how much the stores together may change their power so that all limits are
 * kept with a stated probability, whatever the loads turn out to be; an aggregator follows a regulation signal inside of that.
 * The utility takes a change to be spread over the stores in proportion to their power; loads vary independently.
 * @throws {CombinationError} REGULATE_NO_STORE
 */
export async function safeCommands(
  prepared: Prepared,
  study: StudyFeeder,
  day: ReturnType<typeof undisturbed>,
  options: NonNullable<RegulateDocument['constraintSet']>,
  carry: (roles: readonly Role[]) => Promise<unknown>,
): Promise<ConstraintSetResult> {
  const { network, grid } = prepared;
  const n = network.buses.length;
  const { players, feeder } = study;
  const stores = players.flatMap(({ follower }, k) => (follower.state().size > 0 ? [k] : []));
  if (stores.length === 0) {
    throw new CombinationError({
      code: 'REGULATE_NO_STORE',
      message: "Nobody stores energy, so no power can be changed without changing somebody's plan",
      where: 'constraintSet',
      hint: 'Add a battery, or leave constraintSet out.',
    });
  }
  const ratings_kW = stores.map((k) => Math.max(...day.map(({ regions }) => Math.max(regions[k].p_max_kW, -regions[k].p_min_kW))));
  const total_kW = ratings_kW.reduce((sum, each) => sum + each, 0);
  const stream = prepared.stream.split('constraint set');
  const solver = prepareNewton(network, pointOf(feeder));

  /** Loads as they may be on a step, without a change. @shape p, q flat [sample][b] */
  const drawLoads = (t: number, count: number, from: RandomStream) => {
    const { p_fixed_kW, q_fixed_kvar } = study.step(t, []);
    const p_kW = new Float64Array(count * n);
    const q_kvar = new Float64Array(count * n);
    for (let s = 0; s < count; s++) {
      for (let b = 0; b < n; b++) {
        const factor = Math.max(0, from.normal(1, options.load_deviation_frac));
        p_kW[s * n + b] = factor * p_fixed_kW[b];
        q_kvar[s * n + b] = factor * q_fixed_kvar[b];
      }
    }
    return { p_kW, q_kvar };
  };
  /** Which samples break a limit when the stores change by this much together. */
  const broken = (loads: ReturnType<typeof drawLoads>, count: number, change_kW: number): Uint8Array => {
    const p_kW = Float64Array.from(loads.p_kW);
    stores.forEach((k, i) => {
      const share_kW = (change_kW * ratings_kW[i]) / total_kW;
      for (let s = 0; s < count; s++) p_kW[s * n + players[k].bus] += share_kW;
    });
    const batch = buildPowerFlowBatch(count, n);
    solver.solveBatch(p_kW, loads.q_kvar, count, batch);
    return Uint8Array.from({ length: count }, (_, s) => {
      if (batch.converged[s] === 0) return 1;
      const isOut = network.buses.some((bus, b) => {
        const v = batch.v_pu[s * n + b];
        return b !== prepared.slack && v > 0 && (v < bus.v_min_pu || v > bus.v_max_pu);
      });
      return isOut ? 1 : 0;
    });
  };

  const violation_max_frac = 1 - options.safe_frac;
  const samples = Array.from({ length: options.samples_count }, (_, s) => s);
  const sets = day.map((_, t): SafeSet => {
    const loads = drawLoads(t, samples.length, stream.split(`step ${t}`));
    const tried = new Map<number, Uint8Array>();
    return safeSet(
      samples,
      (change_kW, s) => {
        const known = tried.get(change_kW) ?? broken(loads, samples.length, change_kW);
        tried.set(change_kW, known);
        return known[s] === 1;
      },
      { violation_max_frac, confidence_frac: options.confidence_frac, reach_kW: total_kW, resolution_kW: total_kW / 200 },
    );
  });

  const signalStream = stream.split('signal');
  const signal_kW = new Float64Array(grid.steps_count);
  const keep = memory_frac ** grid.dt_h;
  for (let t = 0, level = 0; t < signal_kW.length; t++) {
    level = keep * level + Math.sqrt(1 - keep * keep) * signalStream.normal(0, 1);
    signal_kW[t] = Math.max(-1, Math.min(1, level / 2)) * total_kW;
  }
  const happens = stream.split('what happens');
  const actual = day.map((_, t) => drawLoads(t, 1, happens));
  const runs = await followSignal(
    {
      signal_kW,
      batteries: stores.map((k) => players[k].follower.copy()),
      setOf: (step) => sets[step],
      broke: (step, change_kW) => broken(actual[step], 1, change_kW)[0] === 1,
    },
    { carry },
  );
  return {
    confidence_frac: options.confidence_frac,
    violation_max_frac,
    samples_count: options.samples_count,
    low_kW: sets.map(({ low_kW }) => low_kW),
    high_kW: sets.map(({ high_kW }) => high_kW),
    tracking: runs.map(({ name, rmse_kW, violation_frac }) => ({ name, rmse_kW, violation_frac })),
  };
}
