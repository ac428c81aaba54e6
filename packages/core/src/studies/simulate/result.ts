import { laplacianSpectrum } from '../../controllers/graph.ts';
import type { PlantModel } from '../../plants/contract.ts';
import { outputOf } from '../../simulation/metrics.ts';
import type { Check } from '../../wire/result.ts';
import type { AnalysisResult, GroupResult, QuantityResult, SimulateResult } from '../../wire/simulate-result.ts';
import type { StudyServices } from '../contract.ts';
import { type Group, linksOfGroup, pinsOf } from './groups.ts';
import type { Prepared } from './prepare.ts';
import type { Trial } from './trial.ts';
import { quantityResult, windowsOf } from './windows.ts';

export interface Ingredients {
  readonly prepared: Prepared;
  readonly model: PlantModel;
  readonly analysis: AnalysisResult;
  readonly cautions: readonly string[];
  readonly trial: Trial;
  /** The same with half the step. */
  readonly finer: Trial | undefined;
  readonly services: StudyServices;
}

/** Errors of steps above this part of what a quantity does are visible in a picture. */
const STEP_ERROR_MAX_FRAC = 1e-2;

export function resultOf({ prepared, model, analysis, cautions, trial, finer, services }: Ingredients): SimulateResult {
  const { document, kind, groups, plan, stream: _ } = prepared;
  const { run, agents, method, step_s } = trial;
  const quantitiesIn = (each: Trial): QuantityResult[] =>
    model.quantities.map((quantity) => quantityResult(quantity, (output) => outputOf(each.run, output)));
  const quantities = quantitiesIn(trial);
  const windows = windowsOf(quantities, run.time_s, plan, document.stop_s);
  const error_frac = finer === undefined ? undefined : errorOf(quantities, quantitiesIn(finer));
  const checks: Check[] = [
    { name: 'the run reached its end, s', passed: run.status === 'done', value: run.reached_s, limit: document.stop_s },
    ...(error_frac === undefined
      ? []
      : [
          {
            name: 'error of the steps, part of what is seen',
            passed: error_frac <= STEP_ERROR_MAX_FRAC,
            value: error_frac,
            limit: STEP_ERROR_MAX_FRAC,
          },
        ]),
  ];
  return {
    status: run.status === 'done' || run.status === 'stopped' ? 'ok' : 'not-converged',
    study: 'simulate',
    title: document.title,
    network: model.plant.title,
    kpis: kpisOf(windows, agents, analysis),
    certificate: certificateOf(analysis, trial, error_frac),
    checks,
    provenance: { version: services.version, seed: services.seed ?? document.seed, inputs: [] },
    plant: {
      kind: kind.name,
      title: model.plant.title,
      devices: model.devices.map(({ id }) => id),
      states_count: model.plant.states.length,
    },
    time_s: Array.from(run.time_s, rounded),
    quantities: quantities.map((quantity) => ({
      ...quantity,
      lines: quantity.lines.map(({ of, values }) => ({ of, values: values.map(rounded) })),
    })),
    outputs: document.record.outputs.map((name) => ({ name, values: Array.from(outputOf(run, name), rounded) })),
    events: [...plan.events.map(({ at_s, what }) => ({ at_s, what })), ...unplanned(trial, prepared)].sort((a, b) => a.at_s - b.at_s),
    windows,
    groups: groups.map((group) => groupResult(group, prepared)),
    agents,
    integration: {
      method,
      step_s: step_s ?? null,
      steps_count: run.steps_count,
      rejected_count: run.rejected_count,
      diagnosis: run.diagnosis ?? null,
    },
    analysis,
    cautions,
    notes: document.notes,
  };
}

/** Nine digits: what a picture and a table can show, in half the bytes. */
const rounded = (value: number): number => Number(value.toPrecision(9));

/** What happened by itself: watches of the plant. */
const unplanned = ({ run }: Trial, { plan }: Prepared): { at_s: number; what: string }[] => {
  const planned = new Set(plan.events.flatMap(({ at_s, changes }) => changes.map(({ name, value }) => `${at_s} ${name} = ${value}`)));
  return run.happenings.filter(({ at_s, what }) => !planned.has(`${at_s} ${what}`)).map(({ at_s, what }) => ({ at_s, what }));
};

/** Largest difference between two runs, relative to the range of the quantity. */
function errorOf(quantities: readonly QuantityResult[], finer: readonly QuantityResult[]): number {
  let worst = 0;
  quantities.forEach(({ lines }, q) => {
    let [low, high, apart] = [Infinity, -Infinity, 0];
    lines.forEach(({ values }, l) => {
      const others = finer[q].lines[l].values;
      for (let t = 0; t < values.length; t++) {
        low = Math.min(low, values[t]);
        high = Math.max(high, values[t]);
        apart = Math.max(apart, Math.abs(values[t] - (others[t] ?? values[t])));
      }
    });
    const range = high - low;
    // what does not move has no range to be measured by
    if (range > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) worst = Math.max(worst, apart / range);
  });
  return worst;
}

/** A dense matrix of eigenvalues: more agents than this take longer than the run. */
const AGENTS_FOR_SPECTRUM = 300;

function groupResult(group: Group, { plan }: Prepared): GroupResult {
  const { name, controller, devices, values, graph, period_s, communication } = group;
  const { measureDelay_s, linkDelay_s, linkDelay_random_s, loss_frac } = communication;
  const own = values.filter((_, k) => group.kinds[k] === controller);
  return {
    name,
    kind: controller.name,
    title: controller.title,
    theorem: controller.theorem,
    devices,
    parameters: Object.fromEntries(
      Object.keys(own[0]).map((key) => {
        const all = own.map((each) => each[key]);
        return [key, all.every((value) => value === all[0]) ? all[0] : all];
      }),
    ),
    period_s,
    starts_s: plan.starts_s.get(name) ?? 0,
    links: linksOfGroup(group).map(({ from, to, weight_frac }) => ({ from, to, weight_frac })),
    spectrum: devices.length > AGENTS_FOR_SPECTRUM ? [] : Array.from(laplacianSpectrum(graph, pinsOf(group)), rounded),
    measureDelay_s,
    linkDelay_s,
    linkDelay_random_s,
    loss_frac,
  };
}

function kpisOf(
  windows: SimulateResult['windows'],
  agents: SimulateResult['agents'],
  { margins, advice, modes }: AnalysisResult,
): Record<string, number> {
  const last = windows.at(-1)?.measures ?? [];
  const settled = windows.flatMap(({ measures }) =>
    measures.flatMap(({ settling_s, extreme }) => (extreme !== undefined && settling_s !== null ? [settling_s] : [])),
  );
  const sum = (of: (agent: SimulateResult['agents'][number]) => number): number => agents.reduce((total, agent) => total + of(agent), 0);
  return {
    ...(settled.length === 0 ? {} : { settling_longest_s: Math.max(...settled) }),
    ...Object.fromEntries(
      last.flatMap(({ quantity, spread_end_frac }) =>
        spread_end_frac === null ? [] : [[`${camel(quantity)}Spread_frac`, spread_end_frac]],
      ),
    ),
    ...(agents.length === 0
      ? {}
      : { messages_count: sum(({ messages_count }) => messages_count), bytes_count: sum(({ bytes_count }) => bytes_count) }),
    ...(modes.length === 0 ? {} : { rightmost_per_s: modes[0].re_per_s }),
    ...Object.fromEntries(
      margins.filter(({ status }) => status === 'limited').map(({ place, margin_s }) => [`delayMargin_${place}_s`, margin_s]),
    ),
    ...(advice?.speed_frac == null ? {} : { advisedSpeed_frac: advice.speed_frac }),
  };
}

const camel = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function certificateOf(
  { point, isStable, modes, delayed }: AnalysisResult,
  { run, method, step_s }: Trial,
  error_frac: number | undefined,
): Record<string, number | string> {
  return {
    pointOfRest: point,
    ...(isStable === null ? {} : { linearised: isStable ? 'stable' : 'unstable' }),
    ...(modes.length === 0 ? {} : { rightmostMode_per_s: modes[0].re_per_s }),
    ...(delayed === null ? {} : { rightmostWithDelays_per_s: delayed.re_per_s }),
    integrator: step_s === undefined ? method : `${method}, ${Number((1000 * step_s).toPrecision(3))} ms`,
    steps_count: run.steps_count,
    ...(error_frac === undefined ? {} : { stepError_frac: error_frac }),
  };
}
