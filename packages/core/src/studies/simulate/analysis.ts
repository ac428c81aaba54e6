import { CombinationError, NumericalError } from '../../base/errors.ts';
import { type DelayMargin, delayMargin, delaySystemOf, rightmostRoot } from '../../simulation/delay-spectrum.ts';
import { type Mode, modesAt } from '../../simulation/modes.ts';
import { findOperatingPoint } from '../../simulation/operating-point.ts';
import type { Plant } from '../../simulation/plant.ts';
import type { AnalysisResult, ModeResult } from '../../wire/simulate-result.ts';
import { delayMapOf } from './delay-map.ts';
import { adviceOf } from './gain-advice.ts';
import { NEUTRAL_PER_S, NODES, rootCost } from './late-loop.ts';
import { closeGroups, type Prepared } from './prepare.ts';
import { sweepOf } from './sweep.ts';

/** A loop with more states than this takes longer to analyse than to run. */
const STATES_MAX = 400;
/** Parts in a mode that are told. */
const PARTS = 4;

/**
 * What the linearised equations say: all groups on and in continuous time, after what the plan changes at 0 s. Sampling is not in it; a period T acts like a further delay of T/2.
 * @param start - states of the plant alone, to look for a point of rest from
 */
export async function analyse(prepared: Prepared, start: Float64Array, breathe: (what: string) => Promise<void>): Promise<AnalysisResult> {
  const { document, groups } = prepared;
  const left: string[] = [];
  const prompt = promptLoop(prepared);
  if ('message' in prompt) return { ...nothing, left: [`Modes, margins and advice: ${prompt.message}`] };
  const { loop } = prompt;
  if (loop.states.length > STATES_MAX) {
    return { ...nothing, left: [`Modes: ${loop.states.length} states are more than ${STATES_MAX}.`] };
  }
  await breathe('point of rest');
  const x0 = new Float64Array(loop.states.length);
  loop.startInto(x0);
  x0.set(start);
  const { status, x, u, residual } = findOperatingPoint(loop, { x: x0 });
  if (status === 'not-found') return modesAtStart(loop, x0, residual.state);
  const modes = modesAt(loop, x, u);
  const isSaying = groups.some(({ graph }) => graph.adjacency.some((weight) => weight > 0));

  const isWanted = groups.length > 0 && document.analysis.delays;
  await breathe('delays');
  const isLate = groups.some(({ communication: { measureDelay_s, linkDelay_s, linkDelay_random_s } }) =>
    [measureDelay_s, linkDelay_s, linkDelay_random_s].some((delay_s) => delay_s > 0),
  );
  const late = isLate ? closeGroups(prepared.build().plant, groups) : undefined;
  const isCostly = isWanted && rootCost(closeGroups(prepared.build().plant, groups, { measureDelay_s: 0.05 }), x) > ROOT_COST_MAX;
  if (isCostly) left.push('Delay margins, map and advice: the loop has too many states for its characteristic roots.');
  const delayed = late === undefined || isCostly ? null : rightmostRoot(delaySystemOf(late, x), 1, NODES);
  const margins =
    !isWanted || isCostly
      ? []
      : [
          { place: 'measurements' as const, ...marginOf(closeGroups(prepared.build().plant, groups, { measureDelay_s: 0.05 }), x) },
          ...(isSaying
            ? [{ place: 'messages' as const, ...marginOf(closeGroups(prepared.build().plant, groups, { linkDelay_s: 0.05 }), x) }]
            : []),
        ];
  await breathe('sweep');
  const sweep = sweepOf(prepared, x);
  const fast = groups.find(({ controller }) => controller.speed !== undefined);
  const delayMap =
    fast === undefined || !isWanted || isCostly || !document.analysis.delayMap ? null : await delayMapOf(prepared, fast, x, breathe);
  const advice = fast === undefined || !isWanted || isCostly ? null : adviceOf(prepared, fast, x);
  const rightmost_per_s = delayed?.re_per_s ?? modes[0]?.re_per_s ?? Number.NEGATIVE_INFINITY;
  return {
    point: 'found',
    isStable: rightmost_per_s <= NEUTRAL_PER_S,
    modes: modes.map(modeResult),
    delayed,
    margins,
    sweep,
    delayMap,
    advice,
    left,
  };
}

const nothing: Omit<AnalysisResult, 'left'> = {
  point: 'not-found',
  isStable: null,
  modes: [],
  delayed: null,
  margins: [],
  sweep: null,
  delayMap: null,
  advice: null,
};

/** Of a loop that never rests, such as stores that are drawn on: modes where it starts, and nothing that needs a point of rest. */
function modesAtStart(loop: Plant, x: Float64Array, moving: string): AnalysisResult {
  const restless = `There is no point of rest: ${moving} still moves. `;
  const u = new Float64Array(loop.inputs.length);
  loop.inputsInto(u);
  try {
    const modes = modesAt(loop, x, u).map(modeResult);
    return {
      ...nothing,
      point: 'start',
      modes,
      left: [`${restless}Modes are those at the start; margins, sweep and advice are left out.`],
    };
  } catch (error) {
    if (!(error instanceof NumericalError)) throw error;
    return { ...nothing, left: [`${restless}${error.what}, so there are no modes either.`] };
  }
}

/** The loop without delays, or why there is none: laws whose words depend at once on what they hear exist with late words only. */
function promptLoop({ build, groups }: Prepared): { readonly loop: Plant } | { readonly message: string } {
  try {
    return { loop: closeGroups(build().plant, groups, {}) };
  } catch (error) {
    if (error instanceof CombinationError) return { message: error.what };
    throw error;
  }
}

/** Order³ of the matrix whose eigenvalues are roots: 300³. */
const ROOT_COST_MAX = 2.7e7;
/** Delays of minutes are not control any more. */
const LIMIT_S = 5;

const marginOf = (plant: Plant, x: Float64Array): DelayMargin =>
  delayMargin(delaySystemOf(plant, x), { limit_s: LIMIT_S, neutral_per_s: NEUTRAL_PER_S, nodes_count: NODES });

export const modeResult = ({ re_per_s, im_rad_per_s, damping_frac, participation }: Mode): ModeResult => ({
  re_per_s,
  im_rad_per_s,
  damping_frac,
  participation: participation.slice(0, PARTS),
});
