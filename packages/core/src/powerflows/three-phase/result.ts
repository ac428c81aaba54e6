import type { Feeder } from '../../network/feeder/feeder.ts';
import type { ThreePhaseResult } from './contract.ts';
import type { WireSolver } from './wire-solver.ts';

/** What is known of a solution besides what the wires say. */
type Outcome = Pick<ThreePhaseResult, 'status' | 'method' | 'iterations_count' | 'controlRounds_count' | 'actions' | 'diagnosis'>;

/** Everything there is to say about the solution that the solver holds, in memory of its own. */
export function resultOf(solver: WireSolver, outcome: Outcome): ThreePhaseResult {
  const { feeder, places, settings, nodal, v_re_V, v_im_V } = solver;
  const { rowOf } = nodal.rows;
  const { worstPlace: _, ...flows } = solver.flows();
  const all = Array.from({ length: places.count }, (_, i) => i);
  return {
    ...outcome,
    ...flows,
    v_re_V: v_re_V.slice(),
    v_im_V: v_im_V.slice(),
    dead: all.filter((i) => rowOf[i] < 0),
    floating: all.filter((i) => rowOf[i] >= 0 && nodal.held.includes(rowOf[i])),
    taps: tapsOf(feeder, settings.tap_pu),
    shuntSteps: feeder.shunts.map(({ id }, k) => ({ shunt: id, closed_count: settings.closed_count[k] })),
  };
}

/** Taps of windings with a changer, with their step from nominal. */
function tapsOf(feeder: Feeder, tap_pu: readonly Float64Array[]): ThreePhaseResult['taps'] {
  return feeder.transformers.flatMap(({ id, windings }, t) =>
    windings.flatMap(({ tapMin_pu, tapMax_pu, tapSteps_count }, winding) => {
      const tap = tap_pu[t][winding];
      if (tapMin_pu === undefined || tapMax_pu === undefined || !tapSteps_count) return [];
      return [{ transformer: id, winding, tap_pu: tap, position: Math.round(((tap - 1) * tapSteps_count) / (tapMax_pu - tapMin_pu)) }];
    }),
  );
}
