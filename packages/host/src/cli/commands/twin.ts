import { randomUUID } from 'node:crypto';
import { catalog, InputError, type SplitStudy, type StudyResult } from '@gridflock/core';
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
import { splitStudy, studyServices } from '../study-split.ts';
import { viewOf } from '../study-views.ts';
import type { Style } from '../text.ts';

/** Runs a plant here and each agent that commands it in a process of its own: a twin of hardware in the loop. */
export const twin: Action = async (context, operands) => {
  const { options, settings, version, stop, style } = context;
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
  const provenance = {
    version,
    inputs: [{ path: source.name, sha256: sha256Of(source.text) }, ...[...inputs].map(([path, sha256]) => ({ path, sha256 }))],
  };
  const files: OutputFile[] = [];
  if (settings.out !== undefined) {
    const { report } = catalog.studies.find((each) => each.kind === kind)!.deployment!;
    const result = await report!(study.document, ending.results, catalog, studyServices(source.folder, inputs, context));
    files.push(...filesOf(result, ending, split, provenance));
  }
  const time_ms = Math.round(performance.now() - started_ms);
  return {
    document: { ...documentOf(ending, split), provenance, time_ms },
    text: twinText(ending, split, style),
    status: ending.status === 'ok' ? 0 : 1,
    files,
  };
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

function documentOf({ status, reason, results, killed, report }: TwinEnding, split: SplitStudy): object {
  const { title, clock } = split.common;
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    study: 'simulate',
    title,
    clock,
    agents: results,
    ...(killed.length === 0 ? {} : { killed: killedIn(killed) }),
    ...(report === undefined
      ? {}
      : { transport: { sent_count: report.sent_count, heard_count: report.heard_count, lost_count: report.lost_count } }),
  };
}

const killedIn = (killed: TwinEnding['killed']): { readonly agent: string; readonly signal: string | undefined }[] =>
  killed.flatMap(({ agents, signal }) => agents.map((agent) => ({ agent, signal })));

function twinText({ status, reason, results, killed }: TwinEnding, { common }: SplitStudy, style: Style): string {
  const state = status === 'ok' ? style.green('done') : style.red('ended before its time');
  return [
    `${style.bold(String(common['title']))}: ${state}${reason === undefined ? '' : `: ${reason}`}`,
    '',
    agentTable(results, style),
    ...killedIn(killed).map(({ agent, signal }) => `${agent} was ended by ${signal}`),
  ].join('\n');
}

/** The result of the study with what everybody did for it, and its pictures. */
function filesOf(result: StudyResult, { results, killed }: TwinEnding, split: SplitStudy, provenance: object): OutputFile[] {
  // what the plant recorded stands in the result already
  const agents = results.map(({ time_s: _, outputs: __, ...rest }) => rest);
  const live = { clock: split.common['clock'], agents, ...(killed.length === 0 ? {} : { killed: killedIn(killed) }) };
  const whole = { ...result, provenance: { ...result.provenance, ...provenance } };
  return [{ name: 'result.json', content: jsonPieces({ ...whole, live }) }, ...viewOf(result.study).files(whole)];
}
