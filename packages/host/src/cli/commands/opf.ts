import { supplyPrice_cur_per_kWh, withSupply } from '../../feeder/supply.ts';
import { csvPieces } from '../../files/csv-text.ts';
import { networkOptions, readNetworkSource } from '../../files/network-source.ts';
import type { Action, OutputFile } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { type OpfDocument, type OpfPointDocument, opfDocument } from '../opf-document.ts';
import { opfText } from '../opf-text.ts';
import { runOpfThread } from '../opf-thread.ts';
import { choice, optionalSeconds } from '../settings.ts';
import { opfFeeder } from './opf-feeder.ts';

const balanced = ['ac', 'dc', 'soc', 'lindistflow'] as const;
const byPhases = ['three-phase-linear', 'three-phase-sdp'] as const;
const objectives = ['cost', 'loss'] as const;
const limitKinds = ['apparent', 'current'] as const;
const coordinateNames = ['polar', 'rectangular'] as const;
const starts = ['flat', 'case'] as const;
const dcBranchModels = ['reactance', 'susceptance'] as const;
/** A choice among names, with the type of those names. */
function oneOf<const Name extends string>(given: string | undefined, otherwise: Name, option: string, names: readonly Name[]): Name {
  const name = given ?? otherwise;
  choice(name, option, names);
  return names.find((each) => each === name) ?? otherwise;
}

/** Which formulations each of these options belongs to. */
const belongsTo: readonly (readonly [name: string, option: string, formulations: readonly string[]])[] = [
  ['coordinates', '--coordinates', ['ac']],
  ['start', '--start', ['ac']],
  ['dcBranches', '--dc-branches', ['dc']],
  ['limits', '--limits', ['ac', 'soc', 'lindistflow']],
  ['price', '--price', byPhases],
  ['unbalance', '--unbalance', byPhases],
];

/** Optimal power flow of a network at one moment. */
export const opf: Action = async (context, [network = '']) => {
  const { options, style, stop, progress, note } = context;
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const formulation = oneOf(text('formulation'), 'ac', '--formulation', [...balanced, ...byPhases]);
  const objective = oneOf(text('objective'), 'cost', '--objective', objectives);
  const limits = oneOf(text('limits'), 'apparent', '--limits', limitKinds);
  const coordinates = oneOf(text('coordinates'), 'polar', '--coordinates', coordinateNames);
  const start = oneOf(text('start'), 'flat', '--start', starts);
  const dcBranches = oneOf(text('dcBranches'), 'reactance', '--dc-branches', dcBranchModels);
  const timeLimit_s = optionalSeconds(text('timeLimit'), '--time-limit');
  for (const [name, option, only] of belongsTo) {
    if (text(name) === undefined || only.includes(formulation)) continue;
    note(`note: ${option} belongs to --formulation ${only.join(' or ')} and changes nothing here`);
  }
  const source = await readNetworkSource(network, networkOptions(options));
  const asked = { objective, recover: options['recover'] !== false, ...(timeLimit_s === undefined ? {} : { timeLimit_s }) };
  const phases = byPhases.find((each) => each === formulation);
  if (phases !== undefined) return opfFeeder(context, source.case, phases, asked);
  const value = withSupply(source.case);
  if (value.feeder !== undefined) note(`note: --formulation ${formulation} solves the balanced equivalent of this feeder, not its phases`);
  if (value !== source.case) note(`note: the file gives the supply no price; a kWh of it counts ${supplyPrice_cur_per_kWh}`);
  const order = { ...asked, formulation: balanced.find((each) => each === formulation) ?? 'ac', limits, coordinates, start, dcBranches };
  const { result, time_ms } = await runOpfThread({ case: value, options: order }, stop, (each) => progress.report(each));
  const document = opfDocument(value, result);
  return {
    document: { ...document, time_ms },
    text: opfText(value, result, time_ms, style),
    status: result.status === 'optimal' || result.status === 'almost-optimal' ? 0 : 1,
    files: opfFiles(document),
  };
};

/** opf.json and a row per bus and per generator; the AC point next to a relaxed one in tables of its own. */
function opfFiles(document: OpfDocument): OutputFile[] {
  const { recovered } = document;
  return [
    { name: 'opf.json', content: jsonPieces(document) },
    ...pointTables('', document),
    ...(recovered === undefined ? [] : pointTables('recovered_', recovered)),
  ];
}

const busColumns = ['id', 'v_pu', 'angle_deg', 'price_cur_per_kWh', 'price_q_cur_per_kvarh'];
const partColumns = ['energy', 'loss', 'congestion', 'voltage', 'reactive'].map((part) => `price_${part}_cur_per_kWh`);

function pointTables(prefix: string, { buses, generators }: OpfPointDocument): OutputFile[] {
  const busRows = buses.map(({ price_parts, ...bus }) => [...Object.values(bus), ...Object.values(price_parts)]);
  return [
    { name: `${prefix}buses.csv`, content: csvPieces([...busColumns, ...partColumns], busRows) },
    {
      name: `${prefix}generators.csv`,
      content: csvPieces(
        ['id', 'bus', 'p_kW', 'q_kvar', 'cost_cur_per_h'],
        generators.map((each) => Object.values(each)),
      ),
    },
  ];
}
