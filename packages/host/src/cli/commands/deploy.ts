import { join } from 'node:path';
import { InputError, type SplitAgent, type SplitStudy } from '@gridflock/core';
import { agentsFileText, collectorFileText, collectorId, type PlannedProcess, planProcesses } from '../../agents/processes.ts';
import { sha256Of } from '../../files/input-file.ts';
import { readStudyFile } from '../../files/study-file.ts';
import { checkTransport } from '../../transports/open-transport.ts';
import type { Action } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { wholeNumber } from '../settings.ts';
import { kindOf, placed, studySource } from '../study-source.ts';
import { splitStudy } from '../study-split.ts';
import { clipped, counted, type Style, table } from '../text.ts';

/** Splits a study into a folder per process, each with what its agents must know and no more. */
export const deploy: Action = async (context, operands) => {
  const { settings, style, options } = context;
  const source = await studySource(operands[0], options['default'] === true);
  const transport = brokerOf(options['transport']);
  const gateways_count = typeof options['gateways'] === 'string' ? wholeNumber(options['gateways'], '--gateways', 0, 100_000) : 0;
  const study = readStudyFile(source.text, source.path);
  const kind = kindOf(study, source.path);
  let split: SplitStudy;
  const inputs = new Map<string, string>();
  try {
    split = await splitStudy(kind, study.document, source.folder, inputs, context);
  } catch (error) {
    throw error instanceof InputError ? placed(error, study, source.path) : error;
  }
  const run =
    typeof options['run'] === 'string'
      ? options['run']
      : runNameOf(source.text, [...inputs.values()], settings.seedChosen ? settings.seed : undefined);
  const processes = planProcesses(split, gateways_count);
  const isCollected = options['collect'] === true;
  if (isCollected) checkCollectorId(split);
  const live = { run, transport, ...(isCollected ? { reportsTo: collectorId } : {}) };
  const document = {
    run,
    transport,
    ...(isCollected ? { reportsTo: collectorId } : {}),
    study: kind,
    title: split.common['title'],
    processes: processes.map(({ folder, agents }) => ({
      folder,
      agents: agents.map(({ id, knows, peers }) => ({ id, knows, talksTo: peers })),
    })),
    provenance: {
      version: context.version,
      inputs: [{ path: source.name, sha256: sha256Of(source.text) }, ...[...inputs].map(([path, sha256]) => ({ path, sha256 }))],
    },
  };
  const files = [
    { name: 'deployment.json', content: jsonPieces(document) },
    ...processes.map((each) => ({ name: join(each.folder, 'agents.yaml'), content: agentsFileText(split, live, each) })),
    ...(isCollected ? [{ name: 'collector.yaml', content: collectorFileText(split, { run, transport }) }] : []),
  ];
  return {
    document,
    text: deployText(processes, run, transport, settings.out, style, context.width),
    files: settings.out === undefined ? [] : files,
  };
};

/** @throws {InputError} CLI_MISSING_VALUE, CLI_INVALID_VALUE */
function brokerOf(address: unknown): string {
  if (typeof address !== 'string') {
    throw new InputError({
      code: 'CLI_MISSING_ARGUMENT',
      message: '--transport is missing: the address of the broker that the processes will talk over',
      where: 'gridflock deploy',
      hint: 'Write for example --transport nats://127.0.0.1:4222.',
    });
  }
  checkTransport(address, '--transport');
  if (!address.includes('://')) {
    throw new InputError({
      code: 'CLI_INVALID_VALUE',
      message: `--transport ${address} reaches no other process`,
      where: '--transport',
      hint: 'Name a broker, such as nats://127.0.0.1:4222 or mqtt://127.0.0.1:1883.',
    });
  }
  return address;
}

function checkCollectorId({ agents }: SplitStudy): void {
  if (agents.every(({ id }) => id !== collectorId)) return;
  throw new InputError({
    code: 'STUDY_DUPLICATE_ID',
    message: `An agent is called "${collectorId}", which is the name of who puts the common result together`,
    where: '--collect',
    hint: 'Give the device another id, or leave out --collect.',
  });
}

/** The same study with the same inputs and seed has the same name; two that run at once need names of their own (--run). */
const runNameOf = (text: string, inputs: readonly string[], seed: number | undefined): string =>
  `run-${sha256Of(JSON.stringify([text, inputs, seed ?? null])).slice(0, 12)}`;

function deployText(
  processes: readonly PlannedProcess[],
  run: string,
  transport: string,
  out: string | undefined,
  style: Style,
  width: number,
): string {
  const rows = processes.flatMap(({ folder, agents }) =>
    agents.map((agent, k) =>
      [k === 0 ? folder : '', agent.id, agent.knows, peersOf(agent)].map((cell, column) =>
        clipped(cell, column < 2 ? 28 : Math.floor((width - 60) / 1.5)),
      ),
    ),
  );
  const agents_count = processes.reduce((sum, { agents }) => sum + agents.length, 0);
  return [
    `${style.bold(run)} on ${transport}: ${counted(agents_count, 'agent')} in ${counted(processes.length, 'process', 'processes')}`,
    '',
    table([{ title: 'process' }, { title: 'agent' }, { title: 'knows alone' }, { title: 'talks to' }], rows, style),
    '',
    out === undefined
      ? style.dim('Nothing was written. Add --out DIR for a folder per process.')
      : `Start each, on any machine that reaches the broker: gridflock agent ${join(out, processes[0]?.folder ?? '', 'agents.yaml')} --state … --out …`,
  ].join('\n');
}

const peersOf = ({ peers }: SplitAgent): string =>
  peers.length <= 3 ? peers.join(', ') : `${peers.slice(0, 2).join(', ')} and ${peers.length - 2} more`;
