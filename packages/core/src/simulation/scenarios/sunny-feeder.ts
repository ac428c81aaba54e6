import type { RandomStream } from '../../base/random.ts';
import { bothWays, buildGraph, type Graph } from '../../controllers/graph.ts';
import type { Case } from '../../network/network.ts';
import type { PowerFlowMethod } from '../../powerflows/contract.ts';
import type { FeederSystem } from '../feeder/feeder-plant.ts';
import type { Process } from '../run.ts';

/** Of sun at each inverter. */
const SUN_KW = 750;
const REACTIVE_KVAR = 600;

/** Buses of the 33-bus feeder with inverters. */
export const sunnyBuses = ['10', '14', '18', '22', '25', '30', '33'] as const;

/**
 * A feeder with 0.75 MW of sun and ±0.6 Mvar at each of seven buses, loads at 40 %: a reference scenario of ours on the feeder of Baran and Wu (1989).
 * @param options - `sun_frac` at the start
 */
export function sunnyFeeder(
  { network, operatingPoint: point }: Pick<Case, 'network' | 'operatingPoint'>,
  method: PowerFlowMethod,
  model: FeederSystem['model'],
  { lag_s = 0.2, sun_frac = 0.3, load_frac = 0.4 } = {},
): FeederSystem {
  return {
    network,
    point: { ...point, p_kW: point.p_kW.map((p) => load_frac * p), q_kvar: point.q_kvar.map((q) => load_frac * q) },
    inverters: sunnyBuses.map((bus) => ({
      id: `pv${bus}`,
      bus,
      p_start_kW: sun_frac * SUN_KW,
      s_max_kVA: Math.hypot(SUN_KW, REACTIVE_KVAR),
      lag_s,
    })),
    model,
    method,
  };
}

/** Inverters around a ring, in the order of their buses. */
export const sunnyRing = (): Graph => {
  const ids = sunnyBuses.map((bus) => `pv${bus}`);
  return buildGraph(
    ids,
    ids.flatMap((id, k) => bothWays(id, ids[(k + 1) % ids.length])),
  );
};

export interface CloudOptions {
  /** When the sky clears from `before_frac` to `after_frac`. */
  readonly clears_s: number;
  readonly before_frac: number;
  readonly after_frac: number;
  /** Clouds move until then; 0: none. */
  readonly until_s: number;
}

/** One step of the clouds. */
const PERIOD_S = 0.1;
const RETURN_PER_S = 0.2;
const NOISE_PER_ROOT_S = 0.25;
const SMOOTH_S = 1;
const DEPTH_FRAC = 0.5;

/**
 * Sun over seven inverters: a step, and over each an Ornstein–Uhlenbeck process of its own, smoothed over a second.
 * @param inputs - those of the plant
 */
export function cloudsOver(
  inputs: readonly string[],
  stream: RandomStream,
  { clears_s, before_frac, after_frac, until_s }: CloudOptions,
): Process {
  const places = sunnyBuses.map((bus) => inputs.indexOf(`pv${bus}.p_kW`));
  const streams = sunnyBuses.map((bus) => stream.split(bus));
  const noise = new Float64Array(places.length);
  const smooth = new Float64Array(places.length);
  let acts_count = 0;
  return {
    get next_s() {
      return acts_count * PERIOD_S;
    },
    act(t_s, _y, u) {
      acts_count++;
      const base = t_s < clears_s ? before_frac : after_frac;
      for (let k = 0; k < places.length; k++) {
        if (t_s < until_s) {
          noise[k] += -RETURN_PER_S * noise[k] * PERIOD_S + NOISE_PER_ROOT_S * Math.sqrt(PERIOD_S) * streams[k].normal();
        } else noise[k] = 0;
        smooth[k] += (PERIOD_S / SMOOTH_S) * (noise[k] - smooth[k]);
        u[places[k]] = SUN_KW * Math.min(1, Math.max(0, base + DEPTH_FRAC * smooth[k]));
      }
    },
  };
}
