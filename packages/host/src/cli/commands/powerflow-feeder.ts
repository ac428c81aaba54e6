import {
  type Case,
  CombinationError,
  type Feeder,
  type FeederSchedule,
  InputError,
  prepareThreePhase,
  readyForSchedule,
  type ScheduleMode,
  scheduleOfFeeder,
  type ThreePhaseOptions,
} from '@gridflock/core';
import { readInputFile } from '../../files/input-file.ts';
import type { Answer, CommandContext } from '../command.ts';
import { type FeederProfiles, readFeederProfiles } from '../feeder-profiles.ts';
import { chunkStepsFor } from '../feeder-series.ts';
import { solveSeries } from '../feeder-series-threads.ts';
import { mergeTally, valueAt } from '../feeder-tally.ts';
import { choice, wholeNumber } from '../settings.ts';
import { breather } from '../stop.ts';
import { solvedFeeder, threePhaseDocument, threePhaseFiles } from '../three-phase-document.ts';
import { phaseName } from '../three-phase-elements.ts';
import { type FeederSeries, SeriesGatherer, seriesDocument, seriesFiles } from '../three-phase-series.ts';
import { seriesText } from '../three-phase-series-text.ts';
import { solveStepwise } from '../three-phase-stepwise.ts';
import { threePhaseText } from '../three-phase-text.ts';

const modes = ['snapshot', 'daily', 'yearly', 'duty'] as const;
const controlChoices = ['on', 'off'] as const;
const steps_max_count = 10_000_000;

/** Power flow of a feeder conductor by conductor, once or over time. */
export async function powerflowFeeder(context: CommandContext, value: Case, feeder: Feeder, tolerance_frac?: number): Promise<Answer> {
  const { options } = context;
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const controls = choice(text('controls') ?? 'on', '--controls', controlChoices) === 'on';
  const mode = modes.find((each) => each === choice(text('mode') ?? 'snapshot', '--mode', modes)) ?? 'snapshot';
  const settings: ThreePhaseOptions = { controls, ...(tolerance_frac === undefined ? {} : { tolerance_frac }) };
  const file = text('profiles');
  if (file !== undefined) {
    const { text: csv } = await readInputFile(file);
    return series(context, value, settings, readFeederProfiles(csv, file, feeder));
  }
  if (mode !== 'snapshot') return series(context, value, settings, profilesOfFeeder(feeder, mode, text));
  for (const name of ['steps', 'step', 'start'] as const) {
    if (text(name) === undefined) continue;
    throw new CombinationError({
      code: 'POWERFLOW_OPTION_MISPLACED',
      message: `--${name} belongs to a run over time`,
      where: `--${name}`,
      hint: 'Add --mode daily, yearly or duty.',
    });
  }
  return snapshot(context, value, feeder, settings);
}

function snapshot({ style, width }: CommandContext, value: Case, feeder: Feeder, settings: ThreePhaseOptions): Answer {
  const started_ms = performance.now();
  const prepared = prepareThreePhase(feeder, settings);
  const result = prepared.solve();
  const time_ms = rounded_ms(performance.now() - started_ms);
  const solved = solvedFeeder(value, prepared, result);
  const document = threePhaseDocument(solved);
  return {
    document: { ...document, time_ms },
    text: threePhaseText(solved, document, time_ms, style, width),
    status: result.status === 'converged' ? 0 : 1,
    files: threePhaseFiles(document),
  };
}

const rounded_ms = (time_ms: number): number => Math.round(time_ms * 1000) / 1000;

/** The profiles that the feeder carries itself; times are hours from their beginning. */
function profilesOfFeeder(given: Feeder, mode: ScheduleMode, text: (name: string) => string | undefined): FeederProfiles {
  const feeder = readyForSchedule(given);
  const [step, start, steps] = [text('step'), text('start'), text('steps')];
  const schedule = scheduleOfFeeder(feeder, mode, {
    step_s: step === undefined ? undefined : duration_s(step, '--step', false),
    start_s: start === undefined ? undefined : duration_s(start, '--start', true),
    steps_count: steps === undefined ? undefined : wholeNumber(steps, '--steps', 1, steps_max_count),
  });
  return { feeder, schedule, names: Array.from({ length: schedule.steps_count }, (_, t) => hourName(schedule, t)) };
}

/** `36.25 h` from the beginning of the profiles. */
const hourName = ({ start_s, step_s }: FeederSchedule, t: number): string => `${Number(((start_s + t * step_s) / 3600).toFixed(6))} h`;

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** `15m`, `1h`, `30s`, `7d`. */
function duration_s(text: string, option: string, mayBeZero: boolean): number {
  const parts = /^(\d+(?:\.\d+)?)(s|m|min|h|d)$/.exec(text.trim());
  const found = Number(parts?.[1]) * (unitSeconds[parts?.[2] ?? ''] ?? Number.NaN);
  if (found > 0 || (mayBeZero && found === 0)) return found;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `${option} must be a duration, got "${text.slice(0, 40)}"`,
    where: option,
    hint: `Write for example ${option} 15m; units are s, m, h and d.`,
  });
}

async function series(context: CommandContext, value: Case, settings: ThreePhaseOptions, profiles: FeederProfiles): Promise<Answer> {
  const { style, width, out } = context;
  const { feeder, names } = profiles;
  const started_ms = performance.now();
  const prepared = prepareThreePhase(feeder, settings);
  const { places } = prepared;
  const columns = Array.from(
    { length: places.count },
    (_, k) => `${feeder.buses[places.bus[k] ?? -1]?.id}.${phaseName(places.conductor[k] ?? 0)}_v_pu`,
  );
  out?.append('voltages.csv', `${['time', ...columns.map(quoted)].join(',')}\n`);
  const gatherer = new SeriesGatherer(value, prepared, profiles.schedule, names);
  const stepwise = gatherer.series.detail !== undefined || (settings.controls !== false && hasControls(feeder));
  if (stepwise) await runStepwise(context, profiles, prepared, gatherer);
  else await runInBulk(context, profiles, gatherer.series);
  const time_ms = rounded_ms(performance.now() - started_ms);
  const document = seriesDocument(gatherer.series);
  return {
    document: { ...document, time_ms },
    text: seriesText(gatherer.series, document, time_ms, style, width),
    status: document.status === 'converged' ? 0 : 1,
    files: seriesFiles(gatherer.series, document),
  };
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const hasControls = ({ regulators, capacitorControls, inverterControls }: Feeder): boolean =>
  [...regulators, ...capacitorControls, ...inverterControls].some(({ enabled }) => enabled);

async function runStepwise(
  { stop, progress, out }: CommandContext,
  { schedule, names }: FeederProfiles,
  prepared: ReturnType<typeof prepareThreePhase>,
  gatherer: SeriesGatherer,
): Promise<void> {
  const breathe = breather(stop);
  await solveStepwise({
    prepared,
    schedule,
    names,
    gatherer,
    takeVoltages: out === undefined ? undefined : (rows) => out.append('voltages.csv', rows),
    between(done) {
      progress.report({ phase: 'power flow', done, total: schedule.steps_count });
      return breathe();
    },
  });
}

/** Controls at rest: chunks of steps in as many threads as there are. */
async function runInBulk(
  { stop, progress, out, settings }: CommandContext,
  { feeder, schedule, names }: FeederProfiles,
  series: { tally: FeederSeries['tally']; diagnosis: string | undefined; readonly places: FeederSeries['places'] },
): Promise<void> {
  const order = {
    feeder,
    schedule,
    names,
    chunkSteps_count: chunkStepsFor(schedule.steps_count, series.places.count),
    wantsVoltages: out !== undefined,
  };
  await solveSeries(order, settings.threads, stop, ({ first, count, tally, voltages }) => {
    mergeTally(series.tally, tally, first);
    if (voltages !== undefined) out?.append('voltages.csv', voltages);
    progress.report({ phase: 'power flow', done: first + count, total: schedule.steps_count });
  });
  const diverged = names.findIndex((_, t) => valueAt(series.tally, t, 'converged') !== 1);
  if (diverged >= 0) {
    const step = `${diverged + 1} (${names[diverged]})`;
    series.diagnosis = `Step ${step} did not converge. Solve it alone for a diagnosis: --mode … --start … --steps 1.`;
  }
}
