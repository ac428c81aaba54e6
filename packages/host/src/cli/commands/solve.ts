import { catalog, InputError } from '@gridflock/core';
import { csvPieces } from '../../files/csv-text.ts';
import { readInputFile } from '../../files/input-file.ts';
import type { Action, OutputFile } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { choice, optionalSeconds } from '../settings.ts';
import { runSolveThread, type SolveOutcome } from '../solve-thread.ts';
import { counted, pairs, type Style, shownNumber, table } from '../text.ts';

/** Variables and rows that a person is shown. */
const shown_count = 200;
const warningsShown_count = 8;

/** Solves a mathematical programme from a file. */
export const solve: Action = async ({ options, settings, style, stop, progress, note }, [path = '']) => {
  const solver = choice((options['solver'] as string | undefined) ?? 'auto', '--solver', [
    'auto',
    ...catalog.solvers.map(({ name }) => name),
  ]);
  const timeLimit_s = optionalSeconds(options['timeLimit'] as string | undefined, '--time-limit');
  const gap_frac = gapOf(options['gap'] as string | undefined);
  const { text } = await readInputFile(path);
  const order = {
    text,
    fileName: path,
    format: options['format'] as string | undefined,
    solver,
    timeLimit_s,
    gap_frac,
    log: options['log'] === true,
  };
  const outcome = await runSolveThread(order, stop, (each) => progress.report(each), note);
  for (const warning of outcome.warnings.slice(0, warningsShown_count)) note(`note: ${warning}`);
  if (outcome.warnings.length > warningsShown_count) note(`note: ${outcome.warnings.length - warningsShown_count} more`);
  const withVariables = options['variables'] === true;
  const document = documentOf(outcome, withVariables);
  return {
    document: { ...document, time_ms: Math.round(outcome.time_ms * 1000) / 1000 },
    text: solveText(outcome, path, withVariables, style),
    status: outcome.status === 'optimal' ? 0 : 1,
    files: settings.out === undefined ? [] : [{ name: 'solve.json', content: jsonPieces(document) }, ...tablesOf(outcome)],
  };
};

function gapOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/\S/.test(text) && value >= 0 && value < 1) return value;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `--gap must be a number from 0 to below 1, got "${text.slice(0, 40)}"`,
    where: '--gap',
    hint: 'Write for example --gap 0.01 for one per cent.',
  });
}

/** Without durations: files of equal runs are equal. */
function documentOf(outcome: SolveOutcome, withVariables: boolean): object {
  const { status, solver, sense, objective, bound, iterations_count, certificate, conflict, size, warnings, columns } = outcome;
  const { primalResidual, dualResidual, gap, integerResidual, coneResidual } = certificate;
  return {
    status,
    solver,
    sense,
    objective,
    bound: bound ?? undefined,
    iterations: iterations_count,
    certificate: {
      primal_residual: primalResidual,
      dual_residual: dualResidual,
      gap,
      ...(size.integers > 0 ? { integer_residual: integerResidual } : {}),
      ...(coneResidual === undefined ? {} : { cone_residual: coneResidual }),
    },
    conflict: conflict.length > 0 ? conflict : undefined,
    rows: size.rows,
    columns: size.columns,
    coefficients: size.coefficients,
    quadratic: size.quadratic,
    integers: size.integers,
    cones: size.cones > 0 ? size.cones : undefined,
    warnings,
    variables: withVariables && objective !== null ? Object.fromEntries(columns.map(({ name, value }) => [name, value])) : undefined,
  };
}

function tablesOf({ objective, columns, rows }: SolveOutcome): OutputFile[] {
  if (objective === null) return [];
  return [
    {
      name: 'variables.csv',
      content: csvPieces(
        ['name', 'value', 'reduced_cost'],
        columns.map(({ name, value, reducedCost }) => [name, value, reducedCost]),
      ),
    },
    {
      name: 'rows.csv',
      content: csvPieces(
        ['name', 'activity', 'lower', 'upper', 'dual'],
        rows.map(({ name, activity, lower, upper, dual }) => [name, activity, lower, upper, dual]),
      ),
    },
  ];
}

const statusText: Readonly<Record<SolveOutcome['status'], string>> = {
  optimal: 'optimal',
  'almost-optimal': 'almost optimal: close, but outside the tolerance',
  infeasible: 'infeasible: no point keeps all rows and bounds',
  unbounded: 'unbounded: there is no best point',
  'iteration-limit': 'stopped at the iteration limit',
  'time-limit': 'stopped at the time limit',
  stopped: 'stopped',
  failed: 'failed: the solver found no answer that holds',
};

function solveText(outcome: SolveOutcome, path: string, withVariables: boolean, style: Style): string {
  const { name, status, solver, sense, objective, bound, iterations_count, time_ms, read_ms, certificate, conflict, size, columns } =
    outcome;
  const state = statusText[status];
  const isWhole = size.integers > 0;
  const lines = [
    `${style.bold(name === '' ? path : name)}: ${status === 'optimal' ? style.green(state) : style.red(state)} (${solver}, ${counted(iterations_count, isWhole ? 'step' : 'iteration')}, ${shownNumber(time_ms / 1000, 3)} s)`,
    pairs(
      [
        ...(objective === null ? [] : [['objective', `${shownNumber(objective, 10)} (${sense})`] as const]),
        ...(bound === null ? [] : [['bound', shownNumber(bound, 10)] as const]),
        ['size', sizeText(size)],
        ['read in', `${shownNumber(read_ms / 1000, 3)} s`],
        ...(objective === null ? [] : [['certificate', certificateText(certificate, isWhole)] as const]),
      ],
      style,
    ),
  ];
  if (conflict.length > 0) {
    const some = conflict.slice(0, shown_count).map((each) => [each.name, each.where]);
    lines.push('', style.bold('these exclude each other'), table([{ title: 'row or variable' }, { title: 'where' }], some, style));
  }
  if (withVariables && objective !== null) {
    const some = columns.filter(({ value }) => value !== 0);
    const rows = some.slice(0, shown_count).map((each) => [each.name, shownNumber(each.value, 8), shownNumber(each.reducedCost, 6)]);
    const titles = [{ title: 'variable' }, { title: 'value', right: true }, { title: 'reduced cost', right: true }];
    lines.push('', table(titles, rows, style));
    const left = some.length - rows.length;
    const zero = columns.length - some.length;
    lines.push(style.dim(`${left > 0 ? `${left} more, ` : ''}${zero} at zero${left > 0 ? '; --out DIR writes all' : ''}`));
  }
  return lines.join('\n');
}

const sizeText = ({ rows, columns, coefficients, integers, quadratic, cones }: SolveOutcome['size']): string =>
  [
    counted(rows, 'row'),
    counted(columns, 'variable'),
    ...(integers > 0 ? [`${integers} of them whole`] : []),
    counted(coefficients, 'coefficient'),
    ...(quadratic > 0 ? [`${quadratic} quadratic`] : []),
    ...(cones > 0 ? [counted(cones, 'cone')] : []),
  ].join(', ');

function certificateText(
  { primalResidual, dualResidual, gap, integerResidual, coneResidual }: SolveOutcome['certificate'],
  isWhole: boolean,
): string {
  const facts = [
    `primal ${shownNumber(primalResidual, 2)}`,
    ...(coneResidual === undefined ? [] : [`cones ${shownNumber(coneResidual, 2)}`]),
    `dual ${shownNumber(dualResidual, 2)}`,
    `gap ${shownNumber(gap, 2)}`,
    ...(isWhole ? [`whole ${shownNumber(integerResidual, 2)}`] : []),
  ];
  return `recomputed from the file: ${facts.join(', ')}`;
}
