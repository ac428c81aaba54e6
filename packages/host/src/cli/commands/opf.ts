import { autoPowerFlow, type Case, CombinationError, catalog, InputError, type OpfResult, type Solver, solveOpf } from '@gridflock/core';
import { csvPieces } from '../../files/csv-text.ts';
import { readNetworkSource } from '../../files/network-source.ts';
import type { Action, OutputFile } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { opfDocument } from '../opf-document.ts';
import { choice } from '../settings.ts';
import { stopped } from '../stop.ts';
import { counted, pairs, type Style, shownNumber, table } from '../text.ts';

const formulations = ['ac', 'dc', 'soc', 'lindistflow', 'three-phase-linear'] as const;
const objectives = ['cost', 'loss'] as const;
const limitKinds = ['apparent', 'current'] as const;
const dcBranchModels = ['reactance', 'susceptance'] as const;
/** A choice among names, with the type of those names. */
function oneOf<const Name extends string>(given: string | undefined, otherwise: Name, option: string, names: readonly Name[]): Name {
  const name = given ?? otherwise;
  choice(name, option, names);
  return names.find((each) => each === name) ?? otherwise;
}
const rowsShown = 12;

/** Optimal power flow of a network at one moment. */
export const opf: Action = async (context, [network = '']) => {
  const { options, style, stop, note } = context;
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const formulation = oneOf(text('formulation'), 'ac', '--formulation', formulations);
  if (formulation !== 'ac' && formulation !== 'dc') {
    throw new CombinationError({
      code: 'OPF_FORMULATION_NOT_YET',
      message: `The formulation "${formulation}" is not built yet: this version solves ac and dc`,
      where: '--formulation',
      hint: 'It is coming. Until then use --formulation ac or dc.',
    });
  }
  const objective = oneOf(text('objective'), 'cost', '--objective', objectives);
  const limits = oneOf(text('limits'), 'apparent', '--limits', limitKinds);
  const dcBranches = oneOf(text('dcBranches'), 'reactance', '--dc-branches', dcBranchModels);
  const timeLimit_s = secondsOf(text('timeLimit'));
  const source = await readNetworkSource(network, { format: text('format'), strict: options['strict'] === true });
  const value = source.case;
  const started_ms = performance.now();
  const result = await solveOpf(
    value,
    { solver: quadraticSolver(), powerFlow: autoPowerFlow },
    {
      formulation,
      objective,
      limits,
      dcBranches,
      clock_s: () => performance.now() / 1000,
      shouldStop: stop.requested,
      ...(timeLimit_s === undefined ? {} : { timeLimit_s }),
    },
  );
  const time_ms = Math.round((performance.now() - started_ms) * 1000) / 1000;
  if (result.status === 'stopped') throw stopped();
  for (const line of result.notes) note(`note: ${line}`);
  const document = opfDocument(value, result);
  return {
    document: { ...document, time_ms },
    text: opfText(value, result, time_ms, style),
    status: result.status === 'optimal' || result.status === 'almost-optimal' ? 0 : 1,
    files: opfFiles(document),
  };
};

/** The first continuous solver of the catalogue that takes quadratic costs; the interior point is exact on large ones. */
function quadraticSolver(): Solver {
  const able = catalog.solvers.filter((each) => each.takes.quadratic);
  const found = able.find((each) => !each.takes.integer) ?? able[0];
  if (found !== undefined) return found;
  throw new CombinationError({
    code: 'OPF_NO_SOLVER',
    message: 'No solver of quadratic programs is part of this build',
    hint: 'See `gridflock list solvers`.',
  });
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `--time-limit must be a positive number of seconds, got "${text.slice(0, 40)}"`,
    where: '--time-limit',
  });
}

function opfText(value: Case, result: OpfResult, time_ms: number, style: Style): string {
  const { network, operatingPoint } = value;
  const solved = result.status === 'optimal';
  const status = solved ? style.green(result.status) : style.red(result.status);
  const lines = [
    `${style.bold(network.name)}: ${status} (${result.formulation}, ${counted(result.iterations_count, 'iteration')}, ${shownNumber(time_ms, 3)} ms)`,
    ...result.notes,
    ...result.conflict.map((name) => `conflicts: ${name}`),
  ];
  const { acCheck } = result.certificate;
  const prices = [...result.price_cur_per_kWh].filter((price) => Number.isFinite(price));
  const reduced = (pick: (a: number, b: number) => number): number => prices.reduce((a, b) => pick(a, b), prices[0] ?? Number.NaN);
  lines.push(
    pairs(
      [
        ['cost', `${shownNumber(result.objective_cur_per_h, 8)} cur/h`],
        ['losses', `${shownNumber(result.loss_kW)} kW`],
        ['prices', `${shownNumber(reduced(Math.min), 5)} … ${shownNumber(reduced(Math.max), 5)} cur/kWh`],
        ...(acCheck === undefined
          ? []
          : [
              [
                'power flow check',
                acCheck.converged
                  ? `voltage outside by ${shownNumber(acCheck.v_violation_max_pu, 3)} pu at most`
                  : 'does not converge at this dispatch',
              ] as const,
            ]),
      ],
      style,
    ),
    '',
    style.bold('largest generators'),
  );
  const order = operatingPoint.generators
    .map((_, d) => d)
    .sort((a, b) => Math.abs(result.p_kW[b] ?? 0) - Math.abs(result.p_kW[a] ?? 0) || a - b)
    .slice(0, rowsShown);
  lines.push(
    table(
      [
        { title: 'generator' },
        { title: 'bus' },
        { title: 'p_kW', right: true },
        { title: 'q_kvar', right: true },
        { title: 'cost_cur_per_h', right: true },
        { title: 'price_cur_per_kWh', right: true },
      ],
      order.map((d) => {
        const generator = operatingPoint.generators[d];
        const bus = generator?.bus ?? -1;
        return [
          generator?.id ?? '',
          network.buses[bus]?.id ?? '',
          shownNumber(result.p_kW[d]),
          shownNumber(result.q_kvar[d]),
          shownNumber(result.cost_cur_per_h[d], 6),
          shownNumber(result.price_cur_per_kWh[bus], 5),
        ];
      }),
      style,
    ),
  );
  return lines.join('\n');
}

/** opf.json and a row per bus and per generator. */
function opfFiles(document: ReturnType<typeof opfDocument>): OutputFile[] {
  const rows = (elements: readonly object[]) => elements.map((each) => Object.values(each));
  return [
    { name: 'opf.json', content: jsonPieces(document) },
    {
      name: 'buses.csv',
      content: csvPieces(['id', 'v_pu', 'angle_deg', 'price_cur_per_kWh', 'price_q_cur_per_kvarh'], rows(document.buses)),
    },
    {
      name: 'generators.csv',
      content: csvPieces(['id', 'bus', 'p_kW', 'q_kvar', 'cost_cur_per_h'], rows(document.generators)),
    },
  ];
}
