import { cpus, loadavg } from 'node:os';
import type { Json } from '../agents/deployment.ts';

export const ids = ['dg1', 'dg2', 'dg3', 'dg4'];
const droops = [0.094, 0.094, 0.125, 0.125];

/** Seconds of a run in a second of the wall that this machine can keep up with now: five processes look at their clocks every few milliseconds. */
export const pace_frac = (): number => Math.max(0.1, Math.min(1, cpus().length / (1 + loadavg()[0]!)));

interface Scene {
  readonly stop_s: number;
  readonly communication?: object;
  readonly events?: readonly object[];
  readonly live?: object;
  readonly seed?: number;
}

/** Four inverters at the gains of the sheet on control, section 5: a margin of 96 ms for delays of all data. */
export const twinStudy = ({ stop_s, communication = {}, events = [], live = {}, seed = 1 }: Scene): object => ({
  study: 'simulate',
  title: 'four inverters, each with a controller in a process of its own',
  seed,
  plant: { kind: 'microgrid', scenario: 'inverter-chain', inverters_count: 4 },
  control: [
    {
      name: 'secondary',
      kind: 'leader-follower-consensus',
      parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 },
      each: { dg1: { pin_frac: 1 } },
      period_s: 0.01,
      communication: { graph: 'ring', ...communication },
    },
  ],
  events,
  stop_s,
  record: { every_s: 0.02 },
  live,
});

/** What the plant recorded: times and outputs by name. */
export const plantOf = ({ agents }: Json): Json => agents.find((one: Json) => one.as === 'plant');

export const frequency = (plant: Json): number[] => plant.outputs['dg1.w_rad_per_s'].map((w: number) => w / (2 * Math.PI));

export const valueAt = (plant: Json, signal: readonly number[], t_s: number): number =>
  signal[plant.time_s.findIndex((t: number) => t >= t_s - 1e-9)]!;

/** m·P of some inverters at the end. */
export const sharesOf = (plant: Json, of: readonly number[]): number[] =>
  of.map((k) => droops[k - 1]! * plant.outputs[`dg${k}.p_kW`].at(-1));

export const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
