import { type CastGroup, CombinationError, catalog, type SplitStudy } from '@gridflock/core';
import { type ProcessEnding, runProcess } from '../agents/agent-process.ts';
import { agentsFileText, type PlannedProcess, planProcesses } from '../agents/processes.ts';
import { readStudyFile } from '../files/study-file.ts';
import type { PresenceChange } from '../transports/attendance.ts';
import type { Connection } from '../transports/contract.ts';
import { connectBroker } from '../transports/open-transport.ts';
import { AgentProcesses, type ProcessEnd, type ProcessFile } from './agent-processes.ts';
import { runWorld, runWorldHere, type WorldEnding } from './lockstep.ts';

export interface TwinOptions {
  readonly study: string;
  readonly run: string;
  /** Of a broker; undefined: our own, in this process. */
  readonly transport: string | undefined;
  readonly breathe: () => Promise<void>;
  readonly onProgress: (progress: CastGroup['progress']) => void;
  readonly onPresence: (change: PresenceChange) => void;
  readonly onProcess: (agents: readonly string[], pid: number) => void;
  /** The plant is about to run; what is returned is called when it has. */
  readonly onPlant: (group: CastGroup) => () => void;
}

export interface TwinEnding {
  readonly status: ProcessEnding['status'];
  readonly reason: string | undefined;
  /** What everybody knows at the end, in the order of the run; a process that was killed left nothing. */
  readonly results: readonly Readonly<Record<string, unknown>>[];
  /** Processes that were killed. */
  readonly killed: readonly ProcessEnd[];
  readonly report: ProcessEnding['report'];
}

/**
 * Runs a plant in this process and each agent that commands it in a process of its own.
 * @throws {CombinationError} TWIN_NO_PLANT; {TransportError} TWIN_PROCESS_FAILED and what `runLive` throws
 */
export async function runTwin(split: SplitStudy, options: TwinOptions): Promise<TwinEnding> {
  checkPlant(split);
  const broker = options.transport === undefined ? await ownBroker() : undefined;
  const transport = options.transport ?? broker!.address;
  const files = filesOf(split, { run: options.run, transport });
  const [plantFile, ...others] = files;
  let processes: AgentProcesses | undefined;
  let connection: Connection | undefined;
  try {
    connection = await connectBroker(transport);
    processes = new AgentProcesses(others, options.onProcess);
    const document = documentIn(plantFile!);
    const ending = await Promise.race([runPlant(document, connection, options), processes.failed]);
    const ends = await processes.end();
    return {
      status: ending.status,
      reason: ending.reason,
      results: [...ending.results, ...ends.flatMap(({ results }) => results)],
      killed: ends.filter(({ signal }) => signal !== undefined),
      report: ending.report,
    };
  } finally {
    processes?.close();
    await connection?.close();
    await broker?.close();
  }
}

async function runPlant(document: unknown, connection: Connection, options: TwinOptions): Promise<WorldEnding> {
  const { breathe, onPresence, onProgress } = options;
  const { deployment } = catalog.studies.find(({ kind }) => kind === options.study)!;
  const group = await deployment!.cast(document, catalog);
  if (group.world?.clock === 'lockstep') {
    return runWorld(document, group, connection, {
      breathe,
      onPresence,
      onProgress: (now_s) => onProgress({ phase: 'lockstep', done: now_s, text: `${now_s} s` }),
    });
  }
  const after = options.onPlant(group);
  try {
    const ending = await runProcess(group, connection, {
      onPresence,
      async breathe() {
        await breathe();
        onProgress(group.progress);
      },
    });
    return { ...ending, results: group.results() };
  } finally {
    after();
  }
}

/** The same in one process, in simulated time: what lockstep in many must agree with. */
export async function runTwinHere(split: SplitStudy, options: Pick<TwinOptions, 'run' | 'breathe' | 'onProgress'>): Promise<TwinEnding> {
  checkPlant(split);
  const documents = filesOf(split, { run: options.run, transport: 'loop' }).map(documentIn);
  const { status, reason, results, report } = await runWorldHere(documents, async (progress) => {
    options.onProgress(progress);
    await options.breathe();
  });
  return { status, reason, results, killed: [], report };
}

/** The files of all processes, that of the plant first. */
function filesOf(split: SplitStudy, live: { readonly run: string; readonly transport: string }): ProcessFile[] {
  const planned = planProcesses(split, 0);
  const isPlants = ({ agents }: PlannedProcess): boolean => agents.some(({ entry }) => entry['as'] === 'plant');
  return [...planned.filter(isPlants), ...planned.filter((each) => !isPlants(each))].map((each) => ({
    folder: each.folder,
    agents: each.agents.map(({ id }) => id),
    text: agentsFileText(split, live, each),
  }));
}

const documentIn = ({ text, folder }: ProcessFile): Readonly<Record<string, unknown>> =>
  readStudyFile(text, `${folder}/agents.yaml`).document;

async function ownBroker(): Promise<{ readonly address: string; close(): Promise<void> }> {
  const { startEmbeddedBroker } = await import('../transports/embedded-broker/embedded-broker.ts');
  return startEmbeddedBroker();
}

function checkPlant({ agents }: SplitStudy): void {
  if (agents.some(({ entry }) => entry['as'] === 'plant')) return;
  throw new CombinationError({
    code: 'TWIN_NO_PLANT',
    message: 'The study has agents and no plant that they command',
    where: 'study',
    hint: 'Take a study of kind simulate; `gridflock deploy` splits others.',
  });
}
