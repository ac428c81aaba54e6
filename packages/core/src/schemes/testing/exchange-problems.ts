import type { RandomStream } from '../../base/random.ts';
import { mul, sum } from '../../problem/affine.ts';
import { buildBlock } from '../../problem/block.ts';
import { type DeclarationModel, declaration } from '../../problem/declare.ts';
import { interiorPoint } from '../../solvers/interior-point/interior-point.ts';
import { oracleFor } from '../../solvers/reduced-oracle.ts';
import type { CoordinationProblem, Part } from '../contract.ts';
import { lineBlock } from './closed-forms.ts';

/** For the parts' own questions. */
export const solver = await interiorPoint().prepare();

/** Shapes of the problems: a path of nets joined by lines, one or two devices at each. */
export interface ExchangeSettings {
  readonly nets_count: number;
  readonly steps_count: number;
  readonly lineLimit_kW: number;
}

/**
 * A random exchange problem with a unique optimum: quadratic generators and curtailable loads at every net, batteries at
 * every other, lossless lines between neighbours.
 */
export function exchangeProblem(stream: RandomStream, { nets_count, steps_count, lineLimit_kW }: ExchangeSettings): CoordinationProblem {
  const dt_h = 1;
  const parts: Part[] = [];
  const device = (id: string, net: number, declare: (m: DeclarationModel) => void): void => {
    const block = buildBlock(id, declaration({ dt_h, steps_count }, declare));
    parts.push({ id, block, oracle: oracleFor(block, dt_h, solver), terminals: [`n${net}`] });
  };
  for (let net = 0; net < nets_count; net++) {
    const a = stream.between(0.002, 0.01);
    const b = stream.between(0.05, 0.3);
    const wanted = Float64Array.from(
      { length: steps_count },
      (_, t) => 8 + 5 * Math.sin((2 * Math.PI * (t + 3 * net)) / steps_count) + stream.between(0, 2),
    );
    device(`generator ${net}`, net, (m) => {
      const p = m.input('p_kW', 0, 40);
      m.inject(p);
      m.cost(mul(b, p));
      m.costSquare(a, p);
    });
    device(`load ${net}`, net, (m) => {
      const served = m.input('p_served_kW', 0, wanted);
      m.inject(mul(-1, served));
      m.costSquare(0.05, sum(wanted, mul(-1, served)));
    });
    if (net % 2 === 0) {
      device(`battery ${net}`, net, (m) => {
        const charge = m.input('p_charge_kW', 0, 5);
        const discharge = m.input('p_discharge_kW', 0, 5);
        const energy = m.state('e_kWh', 0, 20, 10);
        m.rate(energy, sum(mul(0.95, charge), mul(-1 / 0.95, discharge)));
        m.atEndOf(steps_count - 1, energy, 10, 20);
        m.inject(sum(discharge, mul(-1, charge)));
        m.exclusive(charge, discharge);
        m.costSquare(1e-4, sum(discharge, mul(-1, charge)));
      });
    }
  }
  for (let net = 0; net + 1 < nets_count; net++) {
    const block = lineBlock(`line ${net}`, steps_count, lineLimit_kW);
    parts.push({ id: `line ${net}`, block, oracle: oracleFor(block, dt_h, solver), terminals: [`n${net}`, `n${net + 1}`] });
  }
  return {
    parts,
    nets: Array.from({ length: nets_count }, (_, net) => ({
      id: `n${net}`,
      scale_kW: 10,
      openingPrice: new Float64Array(2 * steps_count),
    })),
    channels_count: 2,
    steps_count,
    dt_h,
  };
}

/** Total cost of an outcome. */
export const totalCost = (costs: readonly number[]): number => costs.reduce((total, cost) => total + cost, 0);
