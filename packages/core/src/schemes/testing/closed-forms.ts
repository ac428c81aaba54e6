import type { RandomStream } from '../../base/random.ts';
import { mul } from '../../problem/affine.ts';
import { type Block, buildBlock } from '../../problem/block.ts';
import { declaration } from '../../problem/declare.ts';
import { Model } from '../../problem/model.ts';
import type { Oracle } from '../../problem/oracle.ts';
import type { CoordinationProblem, Part } from '../contract.ts';

/**
 * Exchange problems whose oracles have no memory: an answer depends on the question alone, to the last bit. Every net has a generator
 * and a load that may do without, at quadratic costs; neighbours are joined by lines.
 * @param parentOf - to which earlier net each net but the first is joined by a line: a chain when left out
 */
export function closedFormProblem(
  stream: RandomStream,
  nets_count: number,
  steps_count = 4,
  parentOf: (net: number) => number = (net) => net - 1,
): CoordinationProblem {
  const parts: Part[] = [];
  for (let net = 0; net < nets_count; net++) {
    const cheap = stream.between(0.05, 0.3);
    parts.push(
      quadraticPart(`generator ${net}`, `n${net}`, steps_count, { low: 0, high: 40, slope: cheap, curve: stream.between(0.002, 0.01) }),
    );
    const worth = stream.between(0.4, 0.9);
    parts.push(quadraticPart(`load ${net}`, `n${net}`, steps_count, { low: -stream.between(8, 16), high: 0, slope: worth, curve: 0.01 }));
    if (net > 0) parts.push(linePart(`line ${net - 1}`, [`n${parentOf(net)}`, `n${net}`], steps_count, 4));
  }
  return {
    parts,
    nets: Array.from({ length: nets_count }, (_, net) => ({
      id: `n${net}`,
      scale_kW: 10,
      openingPrice: new Float64Array(2 * steps_count).fill(0.3, 0, steps_count),
    })),
    channels_count: 2,
    steps_count,
    dt_h: 1,
  };
}

interface Quadratic {
  readonly low: number;
  readonly high: number;
  readonly slope: number;
  readonly curve: number;
}

/** slope·p + curve·p² within low ≤ p ≤ high, on every step; no reactive power. */
export function quadraticPart(id: string, net: string, steps_count: number, law: Quadratic): Part {
  const { low, high, slope, curve } = law;
  const block = buildBlock(
    id,
    declaration({ dt_h: 1, steps_count }, (m) => {
      const p = m.input('p_kW', low, high);
      m.inject(p);
      m.cost(mul(slope, p));
      m.costSquare(curve, p);
    }),
  );
  return { id, block, terminals: [net], oracle: quadraticOracle(steps_count, law) };
}

function quadraticOracle(steps_count: number, { low, high, slope, curve }: Quadratic): Oracle {
  const p = new Float64Array(steps_count);
  const best = (pull: number, weight: number): number => Math.min(high, Math.max(low, (pull - slope) / (weight + 2 * curve)));
  const cost = (): number => p.reduce((sum, value) => sum + slope * value + curve * value * value, 0);
  return {
    width_count: 2 * steps_count,
    prox(v, rho, out) {
      out.fill(0);
      for (let t = 0; t < steps_count; t++) out[t] = p[t] = best(rho[t] * v[t], rho[t]);
      return true;
    },
    response(price, out) {
      out.fill(0);
      for (let t = 0; t < steps_count; t++) out[t] = p[t] = best(price[t], 0);
      return p.reduce((sum, value, t) => sum - price[t] * value, cost());
    },
    cost,
    schedule: () => new Map([['p_kW', p.slice()]]),
  };
}

/** What leaves one net enters the other, within a limit; no reactive power. */
function linePart(id: string, terminals: readonly [string, string], steps_count: number, limit_kW: number): Part {
  const flow = new Float64Array(steps_count);
  const pass = (value: number, t: number, out: Float64Array): void => {
    flow[t] = Math.min(limit_kW, Math.max(-limit_kW, value));
    out[t] = -flow[t];
    out[2 * steps_count + t] = flow[t];
  };
  return {
    id,
    block: lineBlock(id, steps_count, limit_kW),
    terminals,
    oracle: {
      width_count: 4 * steps_count,
      prox(v, rho, out) {
        out.fill(0);
        for (let t = 0; t < steps_count; t++) {
          const there = 2 * steps_count + t;
          pass((rho[there] * v[there] - rho[t] * v[t]) / (rho[t] + rho[there]), t, out);
        }
        return true;
      },
      response(price, out) {
        out.fill(0);
        let value = 0;
        for (let t = 0; t < steps_count; t++) {
          const gain = price[2 * steps_count + t] - price[t];
          pass(gain > 0 ? limit_kW : gain < 0 ? -limit_kW : 0, t, out);
          value -= gain * flow[t];
        }
        return value;
      },
      cost: () => 0,
      schedule: () => new Map([['flow_kW', flow.slice()]]),
    },
  };
}

/** What leaves one net enters the other, within a limit. Reactive power does not pass. */
export function lineBlock(name: string, steps_count: number, limit_kW: number): Block {
  const m = new Model(name);
  const flow = m.variables('flow_kW', [steps_count], { lower: -limit_kW, upper: limit_kW });
  const none = flow.variables.map(() => 0);
  return m.block([
    { name: 'p from', unit: 'kW', of: flow.variables.map((f) => mul(-1, f)) },
    { name: 'q from', unit: 'kvar', of: none },
    { name: 'p to', unit: 'kW', of: flow.variables },
    { name: 'q to', unit: 'kvar', of: none },
  ]);
}
