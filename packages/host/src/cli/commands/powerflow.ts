import {
  autoPowerFlow,
  type Case,
  CombinationError,
  catalog,
  feederOfCase,
  InputError,
  type OperatingPoint,
  type PowerFlowMethod,
  type PowerFlowOptions,
  type PowerFlowResult,
  type PreparedPowerFlow,
} from '@gridflock/core';
import { warningsOfFeeder } from '../../feeder/feeder-facts.ts';
import { readInputFile } from '../../files/input-file.ts';
import { networkOptions, readNetworkSource } from '../../files/network-source.ts';
import type { Action, Answer, CommandContext } from '../command.ts';
import { PowerFlowSeries, powerFlowDocument, powerFlowFiles } from '../powerflow-document.ts';
import { powerFlowText, seriesText } from '../powerflow-text.ts';
import { type InjectionProfiles, readInjectionProfiles } from '../profiles.ts';
import { choice, type Flags } from '../settings.ts';
import { breather } from '../stop.ts';
import { counted } from '../text.ts';
import { powerflowFeeder, threePhaseOptions } from './powerflow-feeder.ts';
import { powerflowScenarios } from './powerflow-scenarios.ts';

const methods = ['auto', 'newton', 'sweep', 'three-phase'] as const;
/** More numbers than this in one answer would not fit into memory together with their text. */
const valuesMax_count = 20_000_000;

/** AC power flow, once or over a time series. */
export const powerflow: Action = async (context, [network = '']) => {
  const { options } = context;
  const name = (options['method'] as string | undefined) ?? 'auto';
  choice(name, '--method', methods);
  const tolerance_pu = toleranceOf(options['tolerance'] as string | undefined);
  const updates = options['updates'];
  if (typeof updates === 'string' && options['studyCase'] !== undefined) context.note('note: --study-case has no meaning with --updates');
  if (typeof updates === 'string') return powerflowScenarios(context, network, updates, threePhaseOptions(options, tolerance_pu));
  const source = await readNetworkSource(network, networkOptions(options));
  const value = source.case;
  const isFeeder = name === 'three-phase' || (name === 'auto' && value.feeder !== undefined);
  noteOddities(context, value.dropped, isFeeder ? warningsOfFeeder(value) : value.warnings);
  if (isFeeder) {
    return powerflowFeeder(context, { ...value, warnings: warningsOfFeeder(value) }, value.feeder ?? feederOfCase(value), tolerance_pu);
  }
  if (value.feeder !== undefined) context.note(`note: --method ${name} solves the balanced equivalent of this feeder, not its phases`);
  refuseFeederOptions(options);
  const method = methodNamed(name);
  const settings = {
    enforceReactiveLimits: options['enforceQLimits'] === true,
    ...(tolerance_pu === undefined ? {} : { tolerance_pu }),
  };
  const solve = solverFor(method, value, settings);
  const profiles = options['profiles'];
  if (typeof profiles !== 'string') return once(context, value, solve);
  const file = await readInputFile(profiles);
  return series(context, value, solve, readInjectionProfiles(file.text, profiles, value));
};

function once({ style, width }: CommandContext, value: Case, solve: Solve): Answer {
  const started_ms = performance.now();
  const result = solve(value.operatingPoint, false);
  const time_ms = performance.now() - started_ms;
  const document = powerFlowDocument(value, result);
  return {
    document: timed(document, time_ms),
    text: powerFlowText(value, result, time_ms, style, width),
    status: result.status === 'converged' ? 0 : 1,
    files: powerFlowFiles(document),
  };
}

async function series(
  { style, width, stop, progress }: CommandContext,
  value: Case,
  solve: Solve,
  profiles: InjectionProfiles,
): Promise<Answer> {
  const { network } = value;
  const steps_count = profiles.steps.length;
  if (steps_count * (2 * network.buses.length + 6 * network.branches.length) > valuesMax_count * 4) {
    throw new CombinationError({
      code: 'POWERFLOW_SERIES_TOO_LONG',
      message: `${steps_count} steps of ${network.buses.length} buses and ${network.branches.length} branches are too much for one answer`,
      where: '--profiles',
      hint: 'Split the profiles, for example by month.',
    });
  }
  const started_ms = performance.now();
  const gathered = new PowerFlowSeries(value, profiles.steps);
  const breathe = breather(stop);
  let warm = false;
  for (let t = 0; t < steps_count; t++) {
    const result: PowerFlowResult = solve(profiles.pointAt(t), warm);
    warm = result.status === 'converged';
    gathered.add(result);
    progress.report({ phase: 'power flow', done: t + 1, total: steps_count });
    await breathe();
  }
  const time_ms = performance.now() - started_ms;
  const document = gathered.document();
  return {
    document: timed(document, time_ms),
    text: seriesText(value, gathered, profiles.steps, document, time_ms, style, width),
    status: document.status === 'converged' ? 0 : 1,
    files: gathered.files(),
  };
}

/** The duration goes to the terminal, never into a file: files of equal runs are equal. */
const timed = <T extends object>(document: T, time_ms: number): T & { time_ms: number } => ({
  ...document,
  time_ms: Math.round(time_ms * 1000) / 1000,
});

function methodNamed(name: string): PowerFlowMethod {
  const wanted = name === 'sweep' ? 'radial-sweep' : name;
  const method = name === 'auto' ? autoPowerFlow : catalog.powerflows.find((each) => each.name === wanted);
  if (method !== undefined) return method;
  throw new CombinationError({
    code: 'POWERFLOW_METHOD_NOT_YET',
    message: `The power flow "${wanted}" is not part of this build`,
    where: '--method',
    hint: 'See `gridflock list powerflows`.',
  });
}

const feederOptions = ['controls', 'mode', 'steps', 'step', 'start'] as const;

/** What only has a meaning phase by phase is not passed over in silence. */
function refuseFeederOptions(options: Flags): void {
  const given = feederOptions.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new CombinationError({
    code: 'POWERFLOW_OPTION_MISPLACED',
    message: `--${given} belongs to the three-phase power flow, and this one is balanced`,
    where: `--${given}`,
    hint: 'Add --method three-phase, or leave the option out.',
  });
}

const notesShown = 3;

/** A few lines on standard error about what looked odd; `inspect` shows all of it. */
function noteOddities({ note }: CommandContext, dropped: Case['dropped'], warnings: readonly string[]): void {
  for (const text of warnings.slice(0, notesShown)) note(`note: ${text}`);
  const more = warnings.length - notesShown;
  if (more > 0) note(`note: ${counted(more, 'more oddity', 'more oddities')}; \`gridflock inspect\` lists all`);
  if (dropped.length > 0) {
    note(`note: ${counted(dropped.length, 'element')} could not be carried over; \`gridflock inspect\` lists all`);
  }
}

type Solve = (point: OperatingPoint, warm: boolean) => PowerFlowResult;

/** @throws {CombinationError} POWERFLOW_REFUSED when the method cannot take the network */
function solverFor(method: PowerFlowMethod, { network, operatingPoint }: Case, options: PowerFlowOptions): Solve {
  const refusal = method.refuses(network, operatingPoint);
  if (refusal !== undefined) {
    throw new CombinationError({
      code: 'POWERFLOW_REFUSED',
      message: `Method "${method.name}" cannot take network "${network.name}": ${refusal.replace(/\.$/, '')}`,
      where: '--method',
      hint: method.name === 'radial-sweep' ? 'Use --method auto.' : 'See `gridflock inspect`.',
    });
  }
  let prepared: PreparedPowerFlow | undefined;
  return (point, warm) => (prepared ??= method.prepare(network, operatingPoint, options)).solve(point, warm);
}

function toleranceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value >= 1e-14 && value <= 0.1) return value;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `--tolerance must be a number from 1e-14 to 0.1 pu, got "${text.slice(0, 40)}"`,
    where: '--tolerance',
  });
}
