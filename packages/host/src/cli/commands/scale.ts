import { InputError } from '@gridflock/core';
import { type CohortInstance, costLaws, instanceKinds } from '../../cohorts/instance.ts';
import { csvPieces } from '../../files/csv-text.ts';
import type { Action } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { runScaleThread, type ScaleOutcome } from '../scale-thread.ts';
import { choice, type Flags, optionalNumber, optionalSeconds, wholeNumber } from '../settings.ts';
import { counted, pairs, type Style, shownNumber } from '../text.ts';

const netsMost_count = 2_000_000;
const iterationsMost_count = 1_000_000;

/** Negotiates for millions of devices on this machine: an instance that is generated, all of it in memory. */
export const scale: Action = async ({ options, settings, style, stop, progress, note }) => {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const tolerance_frac = optionalNumber(text('tolerance'), '--tolerance', 0) ?? 1e-3;
  const order = {
    instance: instanceOf(options, settings.seed, settings.seedChosen),
    threads_count: settings.threads,
    tolerance_frac,
    iterations_max_count: wholeNumber(text('iterations') ?? '3000', '--iterations', 1, iterationsMost_count),
    memory_count: text('memory') === undefined ? undefined : wholeNumber(text('memory') ?? '', '--memory', 0, 50),
    checkpoint: text('checkpoint'),
    every_s: optionalSeconds(text('checkpointEvery'), '--checkpoint-every') ?? 60,
    resume: text('resume'),
  };
  const outcome = await runScaleThread(order, stop, (message) => {
    if (message.type === 'built') note(`${sizeText(message.size)}: made`);
    else if (message.type === 'saved') note(`checkpoint of iteration ${message.iterations_count} in ${order.checkpoint}`);
    else if (message.type === 'progress') {
      const { iteration_count, primalResidual_kW, primalTolerance_kW, dualResidual_cur_per_kWh, dualTolerance_cur_per_kWh } =
        message.progress;
      const parts = [
        `primal ${times(primalResidual_kW, primalTolerance_kW)}`,
        `dual ${times(dualResidual_cur_per_kWh, dualTolerance_cur_per_kWh)}`,
      ];
      progress.report({ phase: 'iteration', done: iteration_count, text: `residuals over tolerance: ${parts.join(', ')}` });
    }
  });
  const document = documentOf(outcome, settings.threads, tolerance_frac);
  const { build_ms, negotiate_ms, certify_ms, resident_MiB, iterations_count, resumedFrom_count } = outcome;
  const made_count = Math.max(1, iterations_count - (resumedFrom_count ?? 0));
  const times_ms = { build_ms, negotiate_ms, iteration_ms: negotiate_ms / made_count, certify_ms, resident_MiB };
  return {
    document: { ...document, ...times_ms },
    text: scaleText(outcome, times_ms.iteration_ms, style),
    status: outcome.status === 'agreed' ? 0 : 1,
    files: settings.out === undefined ? [] : [{ name: 'scale.json', content: jsonPieces(document) }, pricesTable(outcome)],
  };
};

const describing = ['instance', 'nets', 'steps', 'costs'] as const;

/** Undefined where a checkpoint says it. @throws {InputError} CLI_INVALID_VALUE */
function instanceOf(options: Flags, seed: number, seedChosen: boolean): CohortInstance | undefined {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  if (options['resume'] !== undefined) {
    const given = describing.find((name) => options[name] !== undefined) ?? (seedChosen ? 'seed' : undefined);
    if (given === undefined) return undefined;
    throw new InputError({
      code: 'CLI_INVALID_VALUE',
      message: `--${given} describes an instance, but --resume goes on with that of its checkpoint`,
      where: `--${given}`,
      hint: 'Leave one of the two out.',
    });
  }
  return {
    kind: choice(text('instance') ?? 'random', '--instance', instanceKinds) as CohortInstance['kind'],
    costs: choice(text('costs') ?? 'quadratic', '--costs', costLaws) as CohortInstance['costs'],
    nets_count: wholeNumber(text('nets') ?? '1000', '--nets', 1, netsMost_count),
    steps_count: wholeNumber(text('steps') ?? '24', '--steps', 1, 1000),
    seed,
  };
}

/** Without durations: files of equal runs are equal. */
function documentOf(outcome: ScaleOutcome, threads_count: number, tolerance_frac: number): object {
  const { instance, size, last, status, iterations_count, resumedFrom_count, balanced, prices } = outcome;
  return {
    status,
    instance: { kind: instance.kind, costs: instance.costs, seed: instance.seed, steps: instance.steps_count, ...size },
    iterations: iterations_count,
    resumed_from: resumedFrom_count,
    threads: threads_count,
    tolerance_frac,
    residuals: {
      primal_kW: last.primalResidual_kW,
      primal_tolerance_kW: last.primalTolerance_kW,
      dual_cur_per_kWh: last.dualResidual_cur_per_kWh,
      dual_tolerance_cur_per_kWh: last.dualTolerance_cur_per_kWh,
      imbalance_max_kW: last.imbalance_max_kW,
    },
    cost_cur: outcome.cost_cur,
    imbalance_cur: outcome.imbalance_cur,
    relaxed_kWh: outcome.relaxed_kWh,
    certificate: {
      bound_cur: outcome.bound_cur,
      balanced: balanced !== undefined,
      ...(balanced ? { cost_cur: balanced.cost_cur, gap: balanced.gap_frac, imbalance_max_kW: balanced.imbalance_max_kW } : {}),
    },
    prices_cur_per_kWh: prices.map((each) => ({ least: each.least_cur_per_kWh, mean: each.mean_cur_per_kWh, most: each.most_cur_per_kWh })),
  };
}

const pricesTable = ({ prices }: ScaleOutcome) => ({
  name: 'prices.csv',
  content: csvPieces(
    ['step', 'least_cur_per_kWh', 'mean_cur_per_kWh', 'most_cur_per_kWh'],
    prices.map((each, t) => [t, each.least_cur_per_kWh, each.mean_cur_per_kWh, each.most_cur_per_kWh]),
  ),
});

const statusText: Readonly<Record<ScaleOutcome['status'], string>> = {
  agreed: 'agreed',
  infeasible: 'infeasible: no plans balance, with proof',
  'iteration-limit': 'stopped at the iteration limit',
  stopped: 'stopped',
};

const times = (value: number, tolerance: number): string => `${shownNumber(value / tolerance, 3)}×`;

const sizeText = ({ nets, devices, values }: ScaleOutcome['size']): string =>
  `${counted(nets, 'net')}, ${counted(devices, 'device')}, ${shownNumber(values / 1e6, 4)} million values`;

function scaleText(outcome: ScaleOutcome, iteration_ms: number, style: Style): string {
  const { status, iterations_count, negotiate_ms, last, balanced, bound_cur, cost_cur, imbalance_cur, relaxed_kWh, prices } = outcome;
  const state = status === 'agreed' ? style.green(statusText[status]) : style.red(statusText[status]);
  const worth = `${shownNumber((100 * imbalance_cur) / Math.abs(cost_cur), 2)} % of the cost`;
  return [
    `${style.bold(sizeText(outcome.size))}: ${state} (${counted(iterations_count, 'iteration')}, ${shownNumber(negotiate_ms / 1000, 3)} s, ${shownNumber(iteration_ms, 3)} ms each)`,
    pairs(
      [
        [
          'residuals over tolerance',
          `primal ${times(last.primalResidual_kW, last.primalTolerance_kW)}, dual ${times(last.dualResidual_cur_per_kWh, last.dualTolerance_cur_per_kWh)}`,
        ],
        ['cost of the plans', `${shownNumber(cost_cur, 8)}; imbalance worth ${worth}`],
        [
          'certificate',
          balanced
            ? `a plan that balances to ${shownNumber(balanced.imbalance_max_kW, 2)} kW costs ${shownNumber(balanced.cost_cur, 8)}, none less than ${shownNumber(bound_cur, 8)}: gap ${shownNumber(100 * balanced.gap_frac, 2)} %`
            : `none costs less than ${shownNumber(bound_cur, 8)}; no plan that balances was found`,
        ],
        ...(relaxed_kWh > 1e-6 ? [['relaxed', `${shownNumber(relaxed_kWh, 3)} kWh are thrown away by batteries`] as const] : []),
        [
          'price, mean over nets',
          `${shownNumber(Math.min(...prices.map((each) => each.mean_cur_per_kWh)), 4)} … ${shownNumber(Math.max(...prices.map((each) => each.mean_cur_per_kWh)), 4)} per kWh`,
        ],
      ],
      style,
    ),
  ].join('\n');
}
