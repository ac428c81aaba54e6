/** A study split into processes of the real command line, each in a folder of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, documentOf, type Ended, folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';

// biome-ignore lint/suspicious/noExplicitAny: results as they come from JSON
export type Json = any;

/** Three owners on a small feeder: one with a store that a solver plans, one with the sun, one who only needs. */
export const study = {
  study: 'negotiate',
  network: 'four-bus',
  time: { start: '2025-01-15T00:00', step_min: 60, steps_count: 4 },
  tariff: { buy_cur_per_kWh: [0.2, 0.3, 0.4, 0.2], sell_cur_per_kWh: 0.1 },
  upstream: {
    kind: 'grid-connection',
    buy_cur_per_kWh: [0.2, 0.3, 0.4, 0.2],
    sell_cur_per_kWh: 0.1,
    p_import_max_kW: 200,
    p_export_max_kW: 100,
    q_max_kvar: 100,
  },
  devices: [
    {
      id: 'store',
      kind: 'battery',
      bus: 'farm',
      owner: 'farmer',
      p_max_kW: 20.517,
      e_max_kWh: 61.533,
      e_start_kWh: 21.259,
      e_end_min_kWh: 20.031,
    },
    { id: 'sun', kind: 'pv', bus: 'farm', owner: 'neighbour', p_available_kW: [0.3127, 9.7431, 5.3019, 0] },
    { id: 'village', kind: 'fixed-load', bus: 'mill', owner: 'villagers', p_load_kW: [3.1417, 4.7182, 12.9117, 7.3451] },
  ],
};

export interface Plan {
  /** By device. */
  readonly p_kW: Readonly<Record<string, readonly number[]>>;
  readonly q_kvar: Readonly<Record<string, readonly number[]>>;
  /** By net. */
  readonly price_cur_per_kWh: Readonly<Record<string, readonly number[]>>;
  readonly rounds_count: number;
}

export interface Deployment {
  readonly cwd: string;
  readonly names: readonly string[];
  /** The same study by `gridflock run`, in one loop. */
  readonly inOne: Plan;
  close(): void;
}

export async function deploy(document: object, address: string, ...options: string[]): Promise<Deployment> {
  const cwd = folderWith({ 'study.json': JSON.stringify(document) });
  const done = await Promise.all([
    gridflock(['deploy', 'study.json', '--transport', address, '--out', 'agents', '--json', ...options], { cwd }),
    gridflock(['run', 'study.json', '--out', 'in-one', '--json'], { cwd }),
  ]);
  for (const { status, stdout } of done) if (status !== 0) throw new Error(stdout);
  const { processes } = documentOf(done[0]!) as { processes: readonly { folder: string }[] };
  const { plans, negotiation }: Json = JSON.parse(readFileSync(join(cwd, 'in-one', 'result.json'), 'utf8'));
  const { schedules }: Json = plans.find(({ name }: Json) => name === 'negotiated');
  const by = (rows: Json[], key: string, value: string): Json => Object.fromEntries(rows.map((row) => [row[key], row[value]]));
  return {
    cwd,
    names: processes.map(({ folder }) => folder),
    inOne: {
      p_kW: by(schedules, 'device', 'p_kW'),
      q_kvar: by(schedules, 'device', 'q_kvar'),
      price_cur_per_kWh: by(negotiation.nets, 'net', 'price_cur_per_kWh'),
      rounds_count: negotiation.rounds_count,
    },
    close: () => removeFolder(cwd),
  };
}

/** Rewrites how a file says that its agents live, such as `silence_s`. */
export function changeFiles({ cwd, names }: Deployment, keys: Readonly<Record<string, number>>): void {
  for (const name of names) {
    const file = join(cwd, 'agents', name, 'agents.yaml');
    const lines = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
    writeFileSync(file, `${readFileSync(file, 'utf8')}${lines.join('\n')}\n`);
  }
}

export interface RunningProcess {
  readonly ended: Promise<Ended>;
  readonly hasEnded: () => boolean;
  /** What it has said on standard error so far. */
  readonly said: () => string;
  signal(name: NodeJS.Signals): void;
}

/** Starts one of the processes, or starts it again. @param options - for this one, besides those of all */
export const start = (deployment: Deployment, name: string, ...options: string[]): RunningProcess =>
  run(
    deployment,
    'agent',
    `agents/${name}/agents.yaml`,
    '--state',
    `state/${name}`,
    '--out',
    `results/${name}`,
    '--force',
    '--json',
    ...options,
  );

/** Starts any command in the folder of the deployment. */
export function run({ cwd }: Deployment, ...args: string[]): RunningProcess {
  const child: ChildProcess = spawn(process.execPath, [binary, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  let isOver = false;
  child.on('close', () => void (isOver = true));
  child.stdout!.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => void (stderr += text));
  return {
    ended: new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))),
    hasEnded: () => isOver,
    said: () => stderr,
    signal: (signal) => void child.kill(signal),
  };
}

/** How far a process is: bytes of its snapshots. */
export function kept_bytes({ cwd }: Deployment, name: string): number {
  const log = join(cwd, 'state', name, 'snapshots.log');
  return existsSync(log) ? statSync(log).size : 0;
}

export async function until(condition: () => boolean, what: string, limit_ms = 60_000): Promise<void> {
  const end_ms = performance.now() + limit_ms;
  while (!condition()) {
    if (performance.now() > end_ms) throw new Error(`Not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

/** What all processes wrote, put together; each knows its own only. */
export function planOf({ cwd, names }: Deployment): Plan {
  const p_kW: Record<string, number[]> = {};
  const q_kvar: Record<string, number[]> = {};
  const price_cur_per_kWh: Record<string, number[]> = {};
  let rounds_count = 0;
  for (const name of names) {
    const { agents }: Json = JSON.parse(readFileSync(join(cwd, 'results', name, 'result.json'), 'utf8'));
    for (const { agent, as, kind, nets, rounds_count: rounds } of agents) {
      if (kind !== undefined && agent !== 'grid') [p_kW[agent], q_kvar[agent]] = [nets[0].p_kW, nets[0].q_kvar];
      if (as === 'net') price_cur_per_kWh[nets[0].net] = nets[0].price_cur_per_kWh;
      if (rounds !== undefined) rounds_count = rounds;
    }
  }
  return { p_kW, q_kvar, price_cur_per_kWh, rounds_count };
}

export const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder).sort() : []);
