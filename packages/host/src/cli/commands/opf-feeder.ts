import { askOfCase, type Case, type FeederOpfFormulation, type FeederOpfResult, type OpfOptions } from '@gridflock/core';
import { csvPieces } from '../../files/csv-text.ts';
import type { Answer, CommandContext, OutputFile } from '../command.ts';
import { type FeederOpfDocument, type FeederOpfPointDocument, feederOpfDocument } from '../feeder-opf-document.ts';
import { feederOpfText } from '../feeder-opf-text.ts';
import { jsonPieces } from '../json-text.ts';
import { runOpfThread } from '../opf-thread.ts';
import { optionalNumber } from '../settings.ts';

/** Optimal power flow of a feeder phase by phase. */
export async function opfFeeder(
  context: CommandContext,
  value: Case,
  formulation: FeederOpfFormulation,
  given: Pick<OpfOptions, 'objective' | 'recover' | 'timeLimit_s'>,
): Promise<Answer> {
  const { options, style, stop, progress, note } = context;
  const text = (name: string): string | undefined => options[name] as string | undefined;
  const ask = askOfCase(value);
  const price = optionalNumber(text('price'), '--price', Number.NEGATIVE_INFINITY);
  const unbalance = optionalNumber(text('unbalance'), '--unbalance', 0);
  const { result, time_ms } = await runOpfThread(
    {
      feeder: ask.feeder,
      options: {
        ...ask.options,
        ...given,
        formulation,
        hasRatings: options['ratings'] !== false,
        ...(price === undefined ? {} : { sourcePrice_cur_per_kWh: price }),
        ...(unbalance === undefined ? {} : { unbalance_max_frac: unbalance }),
        ...(options['feedBack'] === false ? { sourceP_min_kW: 0 } : {}),
      },
    },
    stop,
    (each) => progress.report(each),
  );
  if (value.feeder === undefined) note('note: the file knows one phase only; it is solved as three equal ones');
  const document = feederOpfDocument(value, ask.feeder, result);
  return {
    document: { ...document, time_ms },
    text: feederOpfText(ask.feeder, result, time_ms, style),
    status: isAnswered(result) ? 0 : 1,
    files: feederOpfFiles(document),
  };
}

const isAnswered = ({ status }: FeederOpfResult): boolean => status === 'optimal' || status === 'almost-optimal';

/** opf.json and a row per bus and phase, and per unit and phase; the point next to a relaxed one in tables of its own. */
function feederOpfFiles(document: FeederOpfDocument): OutputFile[] {
  const { recovered } = document;
  return [
    { name: 'opf.json', content: jsonPieces(document) },
    ...pointTables('', document),
    ...(recovered === undefined ? [] : pointTables('recovered_', recovered)),
  ];
}

const busColumns = ['id', 'phase', 'v_pu', 'angle_deg', 'price_cur_per_kWh', 'price_q_cur_per_kvarh'];
const partColumns = ['energy', 'loss', 'congestion', 'voltage'].map((part) => `price_${part}_cur_per_kWh`);

function pointTables(prefix: string, { buses, generators }: FeederOpfPointDocument): OutputFile[] {
  const busRows = buses.map(({ price_parts, ...bus }) => [...Object.values(bus), ...Object.values(price_parts)]);
  const unitRows = generators.map((each) => [each.id, each.kind, each.bus, each.phase, each.p_kW, each.q_kvar, each.cost_cur_per_h]);
  return [
    { name: `${prefix}buses.csv`, content: csvPieces([...busColumns, ...partColumns], busRows) },
    {
      name: `${prefix}generators.csv`,
      content: csvPieces(['id', 'kind', 'bus', 'phase', 'p_kW', 'q_kvar', 'cost_cur_per_h'], unitRows),
    },
  ];
}
