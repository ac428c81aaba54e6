import {
  type Case,
  CombinationError,
  type Feeder,
  InputError,
  type Profile,
  prepareThreePhase,
  type ThreePhaseChunk,
  type ThreePhaseOptions,
  type ThreePhaseSeries,
} from '@gridflock/core';
import { mergeTally, newTally, Tallier } from '../../feeder/tally.ts';
import { readInputFile } from '../../files/input-file.ts';
import { renderThreePhaseReport } from '../../report/three-phase.ts';
import { renderSeriesReport } from '../../report/three-phase-series.ts';
import type { Answer, CommandContext } from '../command.ts';
import { type FeederProfiles, readFeederProfiles } from '../feeder-profiles.ts';
import { type ChunkAnswer, chunkStepsFor, type SeriesOrder } from '../feeder-series.ts';
import { solveSeries } from '../feeder-series-threads.ts';
import { choice, type Flags, wholeNumber } from '../settings.ts';
import { counted } from '../text.ts';
import { SeriesDetail } from '../three-phase-detail.ts';
import { solvedFeeder, threePhaseDocument, threePhaseFiles } from '../three-phase-document.ts';
import {
  type FeederSeries,
  isShort,
  type PlaceAndTime,
  type SeriesDocument,
  seriesDocument,
  seriesFiles,
  voltagesHead,
} from '../three-phase-series.ts';
import { seriesText } from '../three-phase-series-text.ts';
import { threePhaseText } from '../three-phase-text.ts';

const modes = ['snapshot', 'daily', 'yearly', 'duty'] as const;
const controlChoices = ['on', 'static', 'off'] as const;
const steps_max_count = 10_000_000;

/** What `--controls` and `--tolerance` ask for. @throws {InputError} CLI_INVALID_VALUE */
export function threePhaseOptions(options: Flags, tolerance_frac: number | undefined): ThreePhaseOptions {
  const controls = choice((options['controls'] as string | undefined) ?? 'on', '--controls', controlChoices);
  return {
    controls: controls !== 'off',
    ...(controls === 'static' ? { controlTiming: 'static' } : {}),
    ...(tolerance_frac === undefined ? {} : { tolerance_frac }),
  };
}

/** Power flow of a feeder conductor by conductor, once or over time. */
export async function powerflowFeeder(context: CommandContext, value: Case, feeder: Feeder, tolerance_frac?: number): Promise<Answer> {
  const { options } = context;
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const mode = modes.find((each) => each === choice(text('mode') ?? 'snapshot', '--mode', modes)) ?? 'snapshot';
  const settings = threePhaseOptions(options, tolerance_frac);
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

function snapshot(context: CommandContext, value: Case, feeder: Feeder, options: ThreePhaseOptions): Answer {
  const { style, width, version, settings } = context;
  const started_ms = performance.now();
  const prepared = prepareThreePhase(feeder, options);
  const result = prepared.solve();
  const time_ms = rounded_ms(performance.now() - started_ms);
  const solved = solvedFeeder(value, prepared, result);
  const document = threePhaseDocument(solved);
  return {
    document: { ...document, time_ms },
    text: threePhaseText(solved, document, time_ms, style, width),
    status: result.status === 'converged' ? 0 : 1,
    files:
      settings.out === undefined
        ? []
        : [...threePhaseFiles(document), { name: 'report.html', content: renderThreePhaseReport({ ...solved, version }) }],
  };
}

const rounded_ms = (time_ms: number): number => Math.round(time_ms * 1000) / 1000;

/** The profiles that the feeder carries itself; times are hours from their beginning. */
function profilesOfFeeder(feeder: Feeder, mode: ThreePhaseSeries['mode'], text: (name: string) => string | undefined): FeederProfiles {
  const [step, start, steps] = [text('step'), text('start'), text('steps')];
  const followed = profilesFollowed(feeder, mode);
  const step_s = step === undefined ? Math.min(...followed.map((each) => each.step_s)) : duration_s(step, '--step', false);
  const span_s = mode === 'daily' ? day_s : Math.max(...followed.map((each) => each.step_s * each.p.length));
  const series: ThreePhaseSeries = {
    mode,
    step_s,
    start_s: start === undefined ? 0 : duration_s(start, '--start', true),
    steps_count: steps === undefined ? Math.max(1, Math.round(span_s / step_s)) : wholeNumber(steps, '--steps', 1, steps_max_count),
  };
  return { feeder, series, names: Array.from({ length: series.steps_count }, (_, t) => hourName(series, t)) };
}

const day_s = 86_400;

/** @throws {CombinationError} PROFILE_NONE_IN_FEEDER */
function profilesFollowed(feeder: Feeder, mode: ThreePhaseSeries['mode']): Profile[] {
  const { loads, generators, inverters, profiles } = feeder;
  const elements = [...loads, ...generators, ...inverters];
  const names = new Set(elements.map(({ profile }) => profile?.[mode] ?? profile?.daily));
  const found = profiles.filter((each) => names.has(each.id) && each.p.length > 0);
  if (found.length > 0) return found;
  const followed = (['daily', 'yearly', 'duty'] as const).filter((other) => elements.some(({ profile }) => profile?.[other] !== undefined));
  throw new CombinationError({
    code: 'PROFILE_NONE_IN_FEEDER',
    message: `No load, generator or inverter of "${feeder.name}" follows a ${mode} profile`,
    where: '--mode',
    hint:
      followed.length > 0
        ? `Its elements follow profiles in another mode: --mode ${followed.join(' or ')}.`
        : `Give profiles of your own with --profiles; none of the feeder's ${counted(profiles.length, 'profile')} is followed.`,
  });
}

/** `36.25 h` from the beginning of the profiles. */
const hourName = ({ start_s = 0, step_s }: ThreePhaseSeries, t: number): string =>
  `${Number(((start_s + t * step_s) / 3600).toFixed(6))} h`;

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

async function series(context: CommandContext, value: Case, options: ThreePhaseOptions, profiles: FeederProfiles): Promise<Answer> {
  const { style, width, stop, progress, out, settings, version } = context;
  const { feeder, names } = profiles;
  const { steps_count, step_s } = profiles.series;
  const started_ms = performance.now();
  const prepared = prepareThreePhase(feeder, { ...options, controls: false });
  const { places } = prepared;
  const { floating } = prepared.solve();
  out?.append('voltages.csv', voltagesHead('time', feeder, places));
  const detail = isShort(feeder, places, steps_count) ? new SeriesDetail(feeder, places, names) : undefined;
  const order: SeriesOrder = {
    feeder,
    series: {
      ...profiles.series,
      chunk_count: detail === undefined ? chunkStepsFor(steps_count, places.count) : 1,
      results: detail !== undefined,
    },
    options,
    names,
    floating,
    wantsVoltages: out !== undefined,
  };
  const { size, wires } = new Tallier(feeder, places, floating);
  const tally = newTally(steps_count, size);
  const actions: (readonly [time: string, action: string])[] = [];
  let trouble: ChunkAnswer['firstTrouble'];
  let hunting_count = 0;
  const take = (answer: ChunkAnswer): void => {
    mergeTally(tally, answer.tally, answer.first);
    if (answer.voltages !== undefined) out?.append('voltages.csv', answer.voltages);
    for (const { step, text } of answer.actions) actions.push([names[step] ?? '', text]);
    if (answer.firstTrouble !== undefined && answer.firstTrouble.step < (trouble?.step ?? steps_count)) trouble = answer.firstTrouble;
    hunting_count = answer.hunting_count;
    progress.report({ phase: 'power flow', done: answer.first + answer.count, total: steps_count });
  };
  const look = detail && ((chunk: ThreePhaseChunk): void => chunk.results.forEach((result, t) => detail.add(chunk.firstStep + t, result)));
  await solveSeries(order, settings.threads, stop, take, look);
  const time_ms = rounded_ms(performance.now() - started_ms);
  const diagnosis = trouble && `Step ${trouble.step + 1} (${names[trouble.step]}): ${trouble.diagnosis}`;
  const found: FeederSeries = { value, feeder, places, wires, step_s, names, tally, actions, hunting_count, diagnosis, detail };
  const document = seriesDocument(found);
  return {
    document: { ...document, time_ms },
    text: seriesText(found, document, time_ms, style, width),
    status: document.status === 'converged' ? 0 : 1,
    files:
      out === undefined ? [] : [...seriesFiles(found, document), { name: 'report.html', content: seriesReport(found, document, version) }],
  };
}

function seriesReport(series: FeederSeries, { status, kpis, v_min_at, v_max_at }: SeriesDocument, version: string): string {
  const named = ({ bus, phase, time }: PlaceAndTime): string => `bus ${bus}, phase ${phase}, ${time}`;
  return renderSeriesReport({ ...series, status, kpis, lowest: named(v_min_at), highest: named(v_max_at), version });
}
