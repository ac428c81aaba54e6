import type { RandomStream } from '../../base/random.ts';
import type { Aggregation, ClusterSetup, RegulationSetup } from '../contract.ts';
import { StoreFollower } from './store-follower.ts';

export const steps_count = 6;

/** Clusters of stores and sources with limits of all sizes, drawn anew with every call of the same stream's seed. */
export function drawClusters(stream: RandomStream, sizes: readonly number[]): ClusterSetup[] {
  return sizes.map((size, m) => ({
    id: `c${m}`,
    resources: Array.from({ length: size }, (_, l) => {
      const s_max_kVA = stream.between(20, 120);
      const store = stream.uniform() < 0.5;
      const e_max_kWh = store ? stream.between(50, 300) : 1e6;
      return new StoreFollower(`r${m}.${l}`, {
        s_max_kVA,
        p_min_kW: store ? -s_max_kVA * stream.between(0.5, 1) : 0,
        p_max_kW: s_max_kVA * stream.between(0.3, 0.95),
        e_kWh: store ? e_max_kWh * stream.uniform() : e_max_kWh / 2,
        e_max_kWh,
        steps_count,
      });
    }),
  }));
}

/** A feeder whose loss is a known function of what flows in: 1e-5 per kW of import squared. */
export function feederOf(clusters: readonly ClusterSetup[], aggregation: Aggregation, reach = 0.8): RegulationSetup {
  const load = { p_kW: 400, q_kvar: 150 };
  const lossOf = (p_kW: number, q_kvar: number): number => 1e-5 * ((load.p_kW - p_kW) ** 2 + (load.q_kvar - q_kvar) ** 2);
  const total = (points: Iterable<{ p_kW: number; q_kvar: number }>): [number, number] => {
    let [p_kW, q_kvar] = [0, 0];
    for (const point of points) {
      p_kW += point.p_kW;
      q_kvar += point.q_kvar;
    }
    return [p_kW, q_kvar];
  };
  return {
    clusters,
    steps_count,
    aggregation,
    weights: { alpha: 1, beta: 1 },
    passes_count: 12,
    grid: {
      command(step, { p_low_kW, p_high_kW, q_low_kvar, q_high_kvar }) {
        const at = (low: number, high: number, phase: number): number =>
          0.5 * (low + high) + 0.5 * reach * (high - low) * Math.sin(step + phase);
        return { p_pcc_kW: load.p_kW - at(p_low_kW, p_high_kW, 0), q_pcc_kvar: load.q_kvar - at(q_low_kvar, q_high_kvar, 1) };
      },
      demand(_step, targets) {
        const [p, q] = total(targets);
        return { p_kW: load.p_kW + lossOf(p, q), q_kvar: load.q_kvar };
      },
      measure(_step, injections) {
        const [p, q] = total(injections.values());
        return { p_pcc_kW: load.p_kW + lossOf(p, q) - p, q_pcc_kvar: load.q_kvar - q };
      },
    },
  };
}
