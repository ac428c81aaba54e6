import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../packages/host/src/transports/embedded-broker/embedded-broker.ts';
import { type Json, until } from '../agents/deployment.ts';
import { binary, documentOf, type Ended, folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { frequency, ids, pace_frac, plantOf, sharesOf, spread, twinStudy, valueAt } from './twin-study.ts';

interface Running {
  readonly ended: Promise<Ended>;
  readonly said: () => string;
  readonly child: ChildProcess;
  tell(line: string): void;
}

/** A command with somebody at its standard input. */
function start(cwd: string, ...args: string[]): Running {
  const child = spawn(process.execPath, [binary, ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text));
  // a process that has gone does not read
  child.stdin.on('error', () => {});
  return {
    child,
    said: () => stderr,
    tell: (line) => void child.stdin.write(`${line}\n`),
    ended: new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))),
  };
}

const allAreHere = ({ said }: Running): boolean => ids.every((id) => said().includes(`"${id}" is here`));
const happenings = (plant: Json): string[] => plant.happenings.map(({ what }: Json) => what);

// the sheet on control, section 13: what a live run must show. On a machine that is busy the runs are in slow motion, so that lateness of processes stays small beside delays.
describe('four controllers in processes of their own, on the wall clock', () => {
  const folders: string[] = [];
  const left: Running[] = [];
  let broker: EmbeddedBroker | undefined;
  const folder = (document: object): string => {
    const cwd = folderWith({ 'study.json': JSON.stringify(document) });
    folders.push(cwd);
    return cwd;
  };
  const begin = (...args: Parameters<typeof start>): Running => {
    const running = start(...args);
    left.push(running);
    return running;
  };
  afterEach(async () => {
    for (const { child } of left.splice(0)) child.kill('SIGKILL');
    for (const cwd of folders.splice(0)) removeFolder(cwd);
    await broker?.close();
    broker = undefined;
  });

  it('settle when measurements come 60 ms late, and do not at 120 ms', async () => {
    const run = async (measureDelay_s: number): Promise<Json> => {
      const live = { realTime_frac: pace_frac() };
      const cwd = folder(twinStudy({ stop_s: 12, communication: { measureDelay_s }, events: [{ at_s: 1, start: 'secondary' }], live }));
      return documentOf(await gridflock(['twin', 'study.json', '--json', '--quiet'], { cwd }));
    };
    const [short, long] = await Promise.all([run(0.06), run(0.12)]);
    const f = frequency(plantOf(short));
    expect(short.agents.map(({ agent }: Json) => agent)).toEqual(['plant', ...ids]);
    expect(valueAt(plantOf(short), f, 0.98)).toBeCloseTo(49.658, 3);
    expect(f.at(-1)).toBeGreaterThan(49.99);
    expect(f.at(-1)).toBeLessThan(50.01);
    expect(spread(f.slice(-100))).toBeLessThan(0.01);
    expect(spread(sharesOf(plantOf(short), [1, 2, 3, 4]))).toBeLessThan(0.03);
    // it swings ever more, until the end or until nothing is left of the grid
    const plant = plantOf(long);
    expect(plant.status === 'blew-up' || spread(frequency(plant).slice(-100)) > 0.05, plant.status).toBe(true);
  });

  it('lose one that is killed: its inverter goes back to droop, and the microgrid runs on', async () => {
    const live = { realTime_frac: pace_frac() };
    const cwd = folder(twinStudy({ stop_s: 13, live }));
    const twin = begin(cwd, 'twin', 'study.json', '--json');
    await until(() => allAreHere(twin), 'all controllers are here');
    await pause(4500 / live.realTime_frac);
    process.kill(Number(/^dg3: process (\d+)$/m.exec(twin.said())![1]), 'SIGKILL');
    const ended = await twin.ended;
    const result: Json = documentOf(ended);
    const plant = plantOf(result);
    expect(result).toMatchObject({ status: 'ok', killed: [{ agent: 'dg3', signal: 'SIGKILL' }] });
    expect(happenings(plant)).toContain('dg3 was not commanded and goes back to its droop');
    expect(frequency(plant).at(-1)).toBeGreaterThan(49.97);
    expect(frequency(plant).at(-1)).toBeLessThan(50.03);
    // at nominal frequency an inverter on droop alone gives nothing: the others carry the load, in equal shares
    expect(Math.abs(plant.outputs['dg3.p_kW'].at(-1))).toBeLessThan(1);
    expect(spread(sharesOf(plant, [1, 2, 4]))).toBeLessThan(0.05);
  });

  it('lose an inverter with its controller, and take both back while they run', async () => {
    broker = await startEmbeddedBroker();
    const live = { realTime_frac: pace_frac() };
    const cwd = folder(twinStudy({ stop_s: 24, live }));
    const split = await gridflock(['deploy', 'study.json', '--transport', broker.address, '--out', 'agents', '--json'], { cwd });
    expect(split.status, split.stdout).toBe(0);
    const file = (id: string): string => join('agents', id, 'agents.yaml');
    const plant = begin(cwd, 'agent', file('plant'), '--desk', '--json');
    const controllers = new Map(ids.map((id) => [id, begin(cwd, 'agent', file(id), '--json')]));
    await until(() => allAreHere(plant), 'all controllers are here');
    await pause(5000 / live.realTime_frac);
    plant.tell('dg4.isClosed 0');
    controllers.get('dg4')!.child.kill('SIGKILL');
    await pause(3000 / live.realTime_frac);
    controllers.set('dg4', begin(cwd, 'agent', file('dg4'), '--json'));
    await until(() => plant.said().includes('"dg4" is back'), 'the controller is back');
    await pause(500 / live.realTime_frac);
    plant.tell('load1.scale_frac = 1.2');
    plant.tell('dg4.isClosed 1');
    plant.tell('dg2.gain_w_per_s 5');
    plant.tell('dg9.isClosed 1');
    const ended = await Promise.all([plant, ...controllers.values()].map((one) => one.ended));
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 0));
    const result = plantOf(documentOf(ended[0]!));
    const [out, back] = ['dg4.isClosed = 0', 'dg4.isClosed = 1'].map(
      (what) => result.happenings.find((one: Json) => one.what === what).at_s,
    );
    const f = frequency(result);
    expect(Math.abs(valueAt(result, result.outputs['dg4.p_kW'], back - 0.1))).toBeLessThan(1e-3);
    // the others hold nominal frequency without it; when its controller is back and its inverter is not, it pulls at them for a while
    const again = result.happenings.filter(({ what }: Json) => what === 'dg4 commands dg4').at(-1).at_s;
    expect(again).toBeGreaterThan(out);
    expect(Math.abs(valueAt(result, f, again - 0.1) - 50)).toBeLessThan(0.03);
    const near = f.filter((_, k) => result.time_s[k] > out && result.time_s[k] < result.reached_s);
    expect(Math.min(...near)).toBeGreaterThan(49.5);
    expect(Math.max(...near)).toBeLessThan(50.5);
    expect(happenings(result)).toEqual(expect.arrayContaining(['load1.scale_frac = 1.2', 'dg2.gain_w_per_s = 5']));
    expect(plant.said()).toContain('"dg9.isClosed" is no');
    expect(Math.abs(f.at(-1)! - 50)).toBeLessThan(0.02);
    expect(result.outputs['dg4.p_kW'].at(-1)).toBeGreaterThan(10);
    expect(spread(sharesOf(result, [1, 2, 3, 4]))).toBeLessThan(0.1);
  });
});
