import type { OperatingPoint } from '../network/network.ts';
import type { PowerFlowResult } from './contract.ts';

/** Per generator, in the order of the operating point; zero when out of service. */
export interface GeneratorPowers {
  readonly p_kW: Float64Array;
  readonly q_kvar: Float64Array;
}

/**
 * What each generator does at a solution.
 *
 * Generators that hold the voltage of a bus share its reactive power in proportion to their ranges,
 *   q_d = q_min,d + (Q − Σ q_min)·(q_max,d − q_min,d) / Σ (q_max − q_min),
 * or equally when a range is unlimited or all are empty. At a slack the first of them takes what active power remains.
 * @unit kW, kvar, + into the network
 * @cost O(buses + generators)
 * @source Zimmerman, Murillo-Sánchez, MATPOWER User's Manual, section 4.1 (generator dispatch after a power flow)
 */
export function generatorPowers(point: OperatingPoint, result: PowerFlowResult): GeneratorPowers {
  const { generators, slacks, isolated } = point;
  const nB = result.v_pu.length;
  const p_kW = new Float64Array(generators.length);
  const q_kvar = new Float64Array(generators.length);
  const away = new Set(isolated);
  const live = generators.map((x) => x.inService && !away.has(x.bus));
  const isSlack = new Uint8Array(nB);
  for (const b of slacks) isSlack[b] = 1;

  // What is left at each bus for its holders, their number, and the sums of their ranges.
  const p_left = new Float64Array(nB);
  const q_left = new Float64Array(nB);
  const count = new Int32Array(nB);
  const q_min = new Float64Array(nB);
  const range = new Float64Array(nB);
  for (let b = 0; b < nB; b++) {
    p_left[b] = result.p_kW[b] - point.p_kW[b];
    q_left[b] = result.q_kvar[b] - point.q_kvar[b];
  }
  generators.forEach((x, d) => {
    if (!live[d]) return;
    p_kW[d] = x.p_kW;
    p_left[x.bus] -= x.p_kW;
    if (x.holdsVoltage) {
      count[x.bus]++;
      q_min[x.bus] += x.q_min_kvar;
      range[x.bus] += x.q_max_kvar - x.q_min_kvar;
    } else {
      q_kvar[d] = x.q_kvar;
      q_left[x.bus] -= x.q_kvar;
    }
  });
  const balanced = new Uint8Array(nB);
  generators.forEach((x, d) => {
    if (!live[d] || !x.holdsVoltage) return;
    const b = x.bus;
    if (isSlack[b] && !balanced[b]) {
      balanced[b] = 1;
      p_kW[d] += p_left[b];
    }
    const limited = range[b] > 0 && Number.isFinite(range[b]);
    q_kvar[d] = limited ? x.q_min_kvar + ((q_left[b] - q_min[b]) * (x.q_max_kvar - x.q_min_kvar)) / range[b] : q_left[b] / count[b];
  });
  return { p_kW, q_kvar };
}
