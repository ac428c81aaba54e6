import { type Expression, mul, sum } from '../../problem/affine.ts';
import { assemble, partOf, portValues } from '../../problem/assemble.ts';
import type { Block } from '../../problem/block.ts';
import { Model } from '../../problem/model.ts';
import { objectiveOf } from '../../problem/program.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import type { Prepared } from './prepare.ts';

/** Devices of one owner behind one meter: what an owner decides about without talking to anybody. */
export interface Site {
  readonly owner: string;
  readonly bus: string;
  /** Positions among the devices of the study. */
  readonly devices: readonly number[];
}

export interface SitePlan {
  readonly site: Site;
  readonly solved: boolean;
  /** Bill at the tariff plus own costs, positive is paid. */
  readonly bill_cur: number;
  readonly own_cur: number;
  /** Columns of each device's block. */
  readonly x: readonly Float64Array[];
  /** Exchange with the grid at the meter, + into the network. */
  readonly p_kW: Float64Array;
}

export function sitesOf(prepared: Prepared): Site[] {
  const sites = new Map<string, { owner: string; bus: string; devices: number[] }>();
  prepared.devices.forEach((device, k) => {
    const key = `${device.owner}\u0000${device.bus}`;
    const site = sites.get(key) ?? { owner: device.owner, bus: device.bus, devices: [] };
    site.devices.push(k);
    sites.set(key, site);
  });
  return [...sites.values()];
}

/** Each owner's cheapest plan under the tariff, blind to wires and neighbours. */
export function planAlone(prepared: Prepared, site: Site, blocks: readonly Block[], solver: ReadySolver): SitePlan {
  const { grid, buy_cur_per_kWh, sell_cur_per_kWh } = prepared;
  const own = site.devices.map((k) => blocks[k]);
  const meter = meterBlock(buy_cur_per_kWh, sell_cur_per_kWh, grid.dt_h);
  const all = [...own, meter];
  const nets = [0, 1].map((port) => ({ name: `${site.owner} at ${site.bus}`, ports: all.map((_, block) => ({ block, port })) }));
  const assembly = assemble(all, nets, grid.steps_count);
  const solution = solver.solve(assembly.program);
  const x = own.map((_, k) => Float64Array.from(partOf(assembly, solution.x, k)));
  const meterX = partOf(assembly, solution.x, own.length);
  const own_cur = own.reduce((sum, block, k) => sum + objectiveOf(block.program, x[k]), 0);
  return {
    site,
    solved: solution.status === 'optimal' || solution.status === 'almost-optimal',
    bill_cur: own_cur + billOf(portValues(meter, 0, meterX), prepared),
    own_cur,
    x,
    p_kW: portValues(meter, 0, meterX).map((p) => -p),
  };
}

/** What the tariff charges for drawing p (positive) or feeding in (negative) at the meter. */
export function billOf(draw_kW: Float64Array, { grid, buy_cur_per_kWh, sell_cur_per_kWh }: Prepared): number {
  let bill = 0;
  for (let t = 0; t < draw_kW.length; t++) {
    bill += grid.dt_h * (draw_kW[t] > 0 ? buy_cur_per_kWh[t] : sell_cur_per_kWh[t]) * draw_kW[t];
  }
  return bill;
}

/**
 * The tariff as a block with one port for p and one for q: draws at the buying price, feeds in at the selling price.
 * Reactive power is free but for a minute cost that picks the smallest that is needed.
 */
function meterBlock(buy_cur_per_kWh: Float64Array, sell_cur_per_kWh: Float64Array, dt_h: number): Block {
  const tieBreak_cur_per_kvarh = 1e-7;
  const nT = buy_cur_per_kWh.length;
  const m = new Model('meter');
  const flow = (name: string) => m.variables(name, [nT], { lower: 0 });
  const [draw, feed] = [flow('draw_kW'), flow('feed_kW')];
  const [drawn, fed] = [flow('q_drawn_kvar'), flow('q_fed_kvar')];
  const p: Expression[] = [];
  const q: Expression[] = [];
  for (let t = 0; t < nT; t++) {
    m.cost(mul(dt_h, sum(mul(buy_cur_per_kWh[t], draw(t)), mul(-sell_cur_per_kWh[t], feed(t)))));
    m.cost(mul(dt_h * tieBreak_cur_per_kvarh, sum(drawn(t), fed(t))));
    p.push(sum(draw(t), mul(-1, feed(t))));
    q.push(sum(drawn(t), mul(-1, fed(t))));
  }
  return m.block([
    { name: 'p', unit: 'kW', of: p },
    { name: 'q', unit: 'kvar', of: q },
  ]);
}
