import { randomUUID } from 'node:crypto';
import { InputError, type SplitStudy } from '@gridflock/core';
import { csvPieces } from '../../files/csv-text.ts';
import { sha256Of } from '../../files/input-file.ts';
import { readStudyFile } from '../../files/study-file.ts';
import { checkTransport } from '../../transports/open-transport.ts';
import { openDesk } from '../../twin/desk.ts';
import { runTwin, runTwinHere, type TwinEnding } from '../../twin/twin.ts';
import { agentTable } from '../agent-table.ts';
import type { Action, CommandContext, OutputFile } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { presenceText } from '../presence-text.ts';
import { kindOf, placed, studySource } from '../study-source.ts';
import { splitStudy } from '../study-split.ts';
import type { Style } from '../text.ts';

/** Runs a plant here and each agent that commands it in a process of its own: a twin of hardware in the loop. */
export const twin: Action = async (context, operands) => {
  const { options, version, stop, style } = context;
  const started_ms = performance.now();
  const isHere = options['oneProcess'] === true;
  const source = await studySource(operands[0], false);
  const study = readStudyFile(source.text, source.path);
  const kind = kindOf(study, source.path);
  const inputs = new Map<string, string>();
  let split: SplitStudy;
  try {
    split = await splitStudy(kind, withClock(study.document, options['lockstep'] === true || isHere), source.folder, inputs, context);
  } catch (error) {
    throw error instanceof InputError ? placed(error, study, source.path) : error;
  }
  const services = {
    breathe: async () => stop.check(),
    onProgress: (progress: Parameters<CommandContext['progress']['report']>[0]) => context.progress.report(progress),
  };
  const run = `twin-${randomUUID()}`;
  const ending = isHere
    ? await runTwinHere(split, { run, ...services })
    : await runTwin(split, {
        study: kind,
        run,
        transport: brokerOf(options['transport']),
        ...services,
        onPresence: (change) => context.note(presenceText(change)),
        onProcess: (agents, pid) => context.note(`${agents.join(', ')}: process ${pid}`),
        onPlant: ({ plant }) =>
          options['desk'] === true && plant !== undefined ? openDesk(process.stdin, plant, (text) => context.note(text)) : () => {},
      });
  return answerOf(ending, split, {
    style,
    time_ms: Math.round(performance.now() - started_ms),
    provenance: {
      version,
      inputs: [{ path: source.name, sha256: sha256Of(source.text) }, ...[...inputs].map(([path, sha256]) => ({ path, sha256 }))],
    },
  });
};

/** The clock of the document, or simulated time where that is asked for. */
function withClock(document: Readonly<Record<string, unknown>>, isLockstep: boolean): Readonly<Record<string, unknown>> {
  if (!isLockstep) return document;
  const { live } = document;
  return { ...document, live: { ...(typeof live === 'object' && live !== null ? live : {}), clock: 'lockstep' } };
}

/** @throws {InputError} CLI_INVALID_VALUE */
function brokerOf(address: unknown): string | undefined {
  if (typeof address !== 'string' || address === 'embedded') return undefined;
  checkTransport(address, '--transport');
  if (address.includes('://')) return address;
  throw new InputError({
    code: 'CLI_INVALID_VALUE',
    message: `--transport ${address} reaches no other process`,
    where: '--transport',
    hint: 'Leave it out for a broker of our own, or name one, such as nats://127.0.0.1:4222.',
  });
}

interface Surroundings {
  readonly style: Style;
  readonly time_ms: number;
  readonly provenance: object;
}

function answerOf(
  { status, reason, results, killed, report }: TwinEnding,
  split: SplitStudy,
  { style, time_ms, provenance }: Surroundings,
) {
  const { title, clock } = split.common;
  const gone = killed.flatMap(({ agents, signal }) => agents.map((agent) => ({ agent, signal })));
  const result = {
    status,
    ...(reason === undefined ? {} : { reason }),
    study: 'simulate',
    title,
    clock,
    agents: results,
    ...(gone.length === 0 ? {} : { killed: gone }),
    provenance,
  };
  const lines = [
    `${style.bold(String(title))}: ${status === 'ok' ? style.green('done') : style.red('ended before its time')}${reason === undefined ? '' : `: ${reason}`}`,
    '',
    agentTable(results, style),
    ...gone.map(({ agent, signal }) => `${agent} was ended by ${signal}`),
  ];
  return {
    document: {
      ...result,
      ...(report === undefined
        ? {}
        : { transport: { sent_count: report.sent_count, heard_count: report.heard_count, lost_count: report.lost_count } }),
      time_ms,
    },
    text: lines.join('\n'),
    status: status === 'ok' ? (0 as const) : (1 as const),
    files: [{ name: 'result.json', content: jsonPieces(result) }, ...tableOf(results)],
  };
}

/** What the plant recorded. */
function tableOf(results: TwinEnding['results']): OutputFile[] {
  const plant = results.find(({ as }) => as === 'plant');
  if (plant === undefined) return [];
  const { time_s, outputs } = plant as {
    readonly time_s: readonly number[];
    readonly outputs: Readonly<Record<string, readonly number[]>>;
  };
  const columns = Object.entries(outputs);
  const rows = time_s.map((t, k) => [t, ...columns.map(([, values]) => values[k] ?? null)]);
  return [{ name: 'plant.csv', content: csvPieces(['time_s', ...columns.map(([name]) => name)], rows) }];
}
