import type { FaultScript } from '../../agents/faults/script.ts';
import type { AgentId, Outbox, Role } from '../../agents/role.ts';
import { runInVirtualTime } from '../../agents/virtual-time.ts';
import { Wiretap } from '../../agents/wiretap.ts';
import { randomStream } from '../../base/random.ts';
import type { Law } from '../../controllers/contract.ts';
import { type ControlRole, type ControlRoleOptions, controlRole } from '../../controllers/control-role.ts';
import { type Graph, ringOf } from '../../controllers/graph.ts';
import { liveDevice } from '../live-device.ts';
import { outputOf, settling_s, spread_frac } from '../metrics.ts';
import type { Microgrid } from '../microgrid/microgrid.ts';
import { quasiStaticMicrogrid } from '../microgrid/quasi-static.ts';
import type { Plant } from '../plant.ts';
import { Run, type SimulationOptions, type Trajectory } from '../run.ts';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { simulate } from '../simulate.ts';

export interface SampledScene {
  readonly laws: readonly Law[];
  readonly stop_s: number;
  readonly period_s?: number;
  readonly faults?: FaultScript;
  readonly seed?: number;
  readonly graph?: Graph;
  readonly microgrid?: Microgrid;
  /** Default quasi-static. */
  readonly build?: (microgrid: Microgrid) => Plant;
  readonly options?: Partial<SimulationOptions>;
  /** What the role of each agent is told besides. */
  readonly role?: Partial<ControlRoleOptions>;
  /** Stands before an agent's role: an attacker, a monitor. */
  wrap?(role: ControlRole, agent: number): Role;
}

export interface SampledRun {
  readonly run: Trajectory;
  readonly roles: readonly ControlRole[];
  readonly tap: Wiretap;
  readonly f_Hz: Float64Array;
  /** Spread of active shares over time. */
  readonly spread: Float64Array;
  readonly settling_s: number;
}

/** Laws as roles in virtual time on the chain of four inverters, quasi-static, from droop at rest. */
export async function runSampled(scene: SampledScene): Promise<SampledRun> {
  const { laws, stop_s, period_s = 0.01, faults = { faults: [] }, seed = 1, microgrid = inverterChain(4), options } = scene;
  const { build = quasiStaticMicrogrid } = scene;
  const { inverters } = microgrid;
  const ids = inverters.map(({ id }) => id);
  const { adjacency } = scene.graph ?? ringOf(ids);
  const droop = simulate(build(microgrid), {
    stop_s: 5,
    method: 'rodas4',
    record: [],
    relative_frac: 1e-6,
    absolute: 1e-6,
  });
  const run = new Run(build(microgrid), {
    stop_s,
    method: 'rk4',
    step_s: 5e-3,
    x: droop.x,
    record_s: 0.01,
    ...options,
  });
  const roles = laws.map((law, i) =>
    controlRole({
      id: ids[i],
      law,
      device: liveDevice(run, ids[i], law),
      neighbours: ids.flatMap((id, j) => {
        const weight_frac = adjacency[i * ids.length + j];
        return weight_frac > 0 ? [{ id, weight_frac }] : [];
      }),
      period_s,
      commands: Float64Array.of(100 * Math.PI, inverters[i].v_set_V),
      stop_s,
      ...scene.role,
    }),
  );
  const tap = new Wiretap((id) => id);
  const actors = roles.map((role, i) => scene.wrap?.(role, i) ?? role);
  await runInVirtualTime(actors, { faults, stream: randomStream(seed), observe: tap.observe });
  run.advance(stop_s);
  const trajectory = run.result();
  const w = ids.map((id) => outputOf(trajectory, `${id}.w_rad_per_s`));
  const p = inverters.map(({ id, droop_rad_per_s_per_kW: m }) => outputOf(trajectory, `${id}.p_kW`).map((each) => m * each));
  const worst = trajectory.time_s.map((_, t) => Math.max(...w.map((each) => Math.abs(each[t] / (2 * Math.PI) - 50))));
  return {
    run: trajectory,
    roles,
    tap,
    f_Hz: w[0].map((each) => each / (2 * Math.PI)),
    spread: trajectory.time_s.map((_, t) => spread_frac(p.map((each) => each[t]))),
    settling_s: settling_s(trajectory.time_s, worst, 0, 0.01),
  };
}

/** A role whose messages pass through `alter` before they leave. */
export function speakingThrough(role: ControlRole, alter: (to: AgentId, values: Float64Array, round: number) => Float64Array): Role {
  const through = (out: Outbox): Outbox => ({
    wakeAfter: (delay_s) => out.wakeAfter(delay_s),
    send(to, message) {
      const { values } = message.body;
      out.send(to, values instanceof Float64Array ? { ...message, body: { values: alter(to, values, message.round) } } : message);
    },
  });
  return {
    id: role.id,
    get done() {
      return role.done;
    },
    start: (out) => role.start(through(out)),
    receive: (from, message, out) => role.receive(from, message, through(out)),
    tick: (now_s, out) => role.tick(now_s, through(out)),
  };
}
