import type { FaultScript } from '../../agents/faults/script.ts';
import { type Observation, type Outbox, type Role, sizeOnWire_count } from '../../agents/role.ts';
import { runInVirtualTime } from '../../agents/virtual-time.ts';
import type { RandomStream } from '../../base/random.ts';
import { type ControlRole, controlRole, delayedDevice } from '../../controllers/control-role.ts';
import { TunedLaw } from '../../controllers/tuned-law.ts';
import { fixedStepLimit } from '../../simulation/fastest-mode.ts';
import { liveDevice } from '../../simulation/live-device.ts';
import type { Plant } from '../../simulation/plant.ts';
import { Run, type SimulationOptions, type Trajectory } from '../../simulation/run.ts';
import type { PlannedChange } from '../../simulation/schedule.ts';
import type { SpeakingAgent } from '../../wire/simulate-result.ts';
import { type Group, linksInto } from './groups.ts';
import type { Plan } from './plan.ts';
import { closeGroups, type Prepared } from './prepare.ts';

/** One run of a study. */
export interface Trial {
  readonly run: Trajectory;
  readonly agents: readonly SpeakingAgent[];
  readonly method: NonNullable<SimulationOptions['method']>;
  /** Of rk4; undefined where the method chooses. */
  readonly step_s: number | undefined;
}

export interface TrialOptions {
  /** States of the plant without its agents at 0 s. */
  readonly start: Float64Array;
  readonly record: readonly string[];
  readonly every_s: number;
  /** Divides the steps of rk4. */
  readonly finer?: number;
  breathe(done_frac: number): Promise<void>;
}

/** What rk4 takes at most when it may choose, and the part that it uses of what its fastest mode allows. */
const STEP_MAX_S = 5e-3;
const STEP_USED_FRAC = 0.3;
/** Pieces in which a run is held to let others breathe. */
const PIECES = 200;

/** Runs the plant with its agents: those in continuous time as part of the equations, sampled ones as roles on a simulated network in virtual time. */
export async function runTrial(prepared: Prepared, options: TrialOptions): Promise<Trial> {
  const { document, groups, plan, stream } = prepared;
  const { stop_s, integrator } = document;
  const model = prepared.build();
  const sampled = groups.filter(({ period_s }) => period_s > 0);
  const plant = closeGroups(
    model.plant,
    groups.filter(({ period_s }) => period_s === 0),
  );
  const x = new Float64Array(plant.states.length);
  plant.startInto(x);
  x.set(options.start);
  for (const { name, period_s } of groups) if (period_s === 0 && plan.starts_s.has(name)) plant.change(`${name}.isOn`, 0, x);
  const method = integrator.method === 'auto' ? 'rk4' : integrator.method;
  const step_s = method === 'rk4' ? stepOf(plant, x, prepared, options) : integrator.step_s;
  const run = new Run(plant, {
    stop_s,
    method,
    step_s,
    relative_frac: integrator.relative_frac,
    absolute: integrator.absolute_frac,
    events: changesFor(plan, (name) => plant.inputs.includes(name) || plant.parameters.includes(name)),
    processes: model.processes?.(),
    record: options.record,
    record_s: options.every_s,
    x,
  });
  const cast = sampled.flatMap((group) => castGroup(group, run, prepared, sampled.length > 1));
  if (cast.length > 0) await runRoles(cast, sampled, plan, stop_s, stream, () => options.breathe(run.t_s / stop_s));
  for (let k = 1; k <= PIECES && run.isAlive; k++) {
    run.advance((k / PIECES) * stop_s);
    await options.breathe(run.t_s / stop_s);
  }
  return { run: run.result(), agents: cast.map(({ agent }) => agent), method, step_s: method === 'rk4' ? step_s : undefined };
}

function stepOf(plant: Plant, x: Float64Array, { document, groups }: Prepared, { every_s, finer = 1 }: TrialOptions): number {
  if (document.integrator.step_s !== undefined) return document.integrator.step_s / finer;
  const u = new Float64Array(plant.inputs.length);
  plant.inputsInto(u);
  const { longest_s } = fixedStepLimit(plant, x, u);
  const late = groups
    .filter(({ period_s }) => period_s === 0)
    .flatMap(({ communication }) => [communication.measureDelay_s, communication.linkDelay_s])
    .filter((delay_s) => delay_s > 0);
  return Math.min(STEP_USED_FRAC * longest_s, STEP_MAX_S, every_s, ...late) / finer;
}

/** The changes of a plan that somebody understands. */
const changesFor = ({ events }: Plan, isMine: (name: string) => boolean): PlannedChange[] =>
  events.flatMap(({ at_s, changes }) => changes.filter(({ name }) => isMine(name)).map((change) => ({ at_s, ...change })));

/** One agent: its role, its law to be tuned, and what is counted of it. */
interface Cast {
  readonly group: Group;
  readonly device: string;
  readonly role: ControlRole;
  readonly tuning: TunedLaw;
  readonly agent: Counted;
}

type Counted = { -readonly [K in keyof SpeakingAgent]: SpeakingAgent[K] } & { saidAt_s: number[] };

function castGroup(group: Group, run: Run, { plan, document }: Prepared, isOneOfMany: boolean): Cast[] {
  const { name, devices, kinds, values, period_s, communication } = group;
  const { measureDelay_s, forgetAfter_s } = communication;
  const idOf = (device: string): string => (isOneOfMany ? `${name}.${device}` : device);
  const inputs = new Float64Array(run.plant.inputs.length);
  run.plant.inputsInto(inputs);
  return devices.map((device, k) => {
    const tuning = new TunedLaw(kinds[k], values[k]);
    const law = tuning.build();
    const port = liveDevice(run, device, law);
    const role = controlRole({
      id: idOf(device),
      law,
      device: measureDelay_s > 0 ? delayedDevice(port, measureDelay_s) : port,
      neighbours: linksInto(group, device).map(({ from, weight_frac }) => ({ id: idOf(from), weight_frac })),
      period_s,
      commands: Float64Array.from(law.commands, (command) => inputs[run.plant.inputs.indexOf(`${device}.${command}`)]),
      stop_s: document.stop_s,
      start_s: plan.starts_s.get(name) ?? 0,
      forgetAfter_s,
    });
    const counts = { acts_count: 0, said_count: 0, messages_count: 0, lost_count: 0, bytes_count: 0 };
    return { group, device, role, tuning, agent: { id: role.id, group: name, device, ...counts, saidAt_s: [] } };
  });
}

async function runRoles(
  cast: readonly Cast[],
  groups: readonly Group[],
  plan: Plan,
  stop_s: number,
  stream: RandomStream,
  breathe: () => Promise<void>,
): Promise<void> {
  const agents = new Map(cast.map(({ agent }) => [agent.id, agent]));
  const observe = ({ from, message, fate, at_s }: Observation): void => {
    const agent = agents.get(from);
    if (agent === undefined) return;
    agent.messages_count++;
    agent.bytes_count += sizeOnWire_count(message);
    if (fate === 'lost') agent.lost_count++;
    if (agent.saidAt_s.at(-1) !== at_s) agent.saidAt_s.push(at_s);
  };
  const conductor = new Conductor(
    changesFor(plan, (name) => groups.some((group) => name.startsWith(`${group.name}.`))),
    cast,
    stop_s,
  );
  const script = scriptFor(cast, groups);
  await runInVirtualTime([conductor, ...cast.map(({ role }) => role)], { faults: script, stream, observe, breathe });
  for (const { role, agent, group } of cast) {
    agent.acts_count = role.acts_count;
    agent.said_count = agent.saidAt_s.length;
    if (isRegular(agent.saidAt_s, group.period_s)) agent.saidAt_s.length = 0;
  }
}

/** Whether an agent spoke whenever it acted, as long as it spoke at all: then the times say nothing. */
const isRegular = (saidAt_s: readonly number[], period_s: number): boolean =>
  saidAt_s.every((at_s, k) => k === 0 || at_s - saidAt_s[k - 1] <= 1.001 * period_s);

/** What the network does to the messages of each group. */
function scriptFor(cast: readonly Cast[], groups: readonly Group[]): FaultScript {
  return {
    faults: groups.flatMap((group) => {
      const { linkDelay_s, linkDelay_random_s, loss_frac } = group.communication;
      const from = cast.filter((each) => each.group === group).map(({ role }) => role.id);
      return [
        ...(linkDelay_s + linkDelay_random_s > 0
          ? [{ fault: 'delay' as const, law: 'exponential' as const, min_s: linkDelay_s, mean_s: linkDelay_random_s, from }]
          : []),
        ...(loss_frac > 0 ? [{ fault: 'loss' as const, loss_frac, from }] : []),
      ];
    }),
  };
}

/** A role without messages that carries out what is planned for agents: links, parameters. Groups start by themselves. */
class Conductor implements Role {
  readonly id = '(plan)';
  readonly peers: readonly string[] = [];
  done = false;
  private readonly changes: readonly PlannedChange[];
  private readonly cast: readonly Cast[];
  private readonly stop_s: number;
  private next = 0;

  constructor(changes: readonly PlannedChange[], cast: readonly Cast[], stop_s: number) {
    this.changes = changes;
    this.cast = cast;
    this.stop_s = stop_s;
  }

  start(out: Outbox): void {
    this.tick(0, out);
  }

  receive(): void {}

  tick(now_s: number, out: Outbox): void {
    for (; this.next < this.changes.length && this.changes[this.next].at_s <= now_s * (1 + 1e-12); this.next++) {
      this.carryOut(this.changes[this.next]);
    }
    const { at_s = this.stop_s } = this.changes[this.next] ?? {};
    this.done = this.next >= this.changes.length;
    if (!this.done) out.wakeAfter(Math.max(0, at_s - now_s));
  }

  /** `<group>.link.<from>.<to>.weight_frac`, `<group>.<parameter>`, `<group>.<device>.<parameter>`. */
  private carryOut({ name, value }: PlannedChange): void {
    for (const { group, device, role, tuning } of this.cast) {
      if (!name.startsWith(`${group.name}.`)) continue;
      const rest = name.slice(group.name.length + 1);
      if (rest.startsWith('link.')) {
        const link = linksInto(group, device).find((each) => each.name === name);
        if (link !== undefined) role.weigh(this.idOf(group, link.from), value);
        continue;
      }
      const own = rest.startsWith(`${device}.`) ? rest.slice(device.length + 1) : rest;
      if (!tuning.names.includes(own)) continue;
      tuning.change(own, value);
      role.retune(tuning.build());
    }
  }

  private idOf(group: Group, device: string): string {
    return this.cast.find((each) => each.group === group && each.device === device)!.role.id;
  }
}
