// Question: gridflock has no electrolyser; how do I bring mine?
// Look at:  `declare` is the only place where the law stands. Four readings of it follow: the block that an optimiser takes,
//           the proximal operator that a negotiation asks, the best answer to prices, and a simulation that agrees with it.
import assert from 'node:assert/strict';
import * as gridflock from '@gridflock/core';
import { mul, sum } from '@gridflock/core';

const electrolyser = gridflock.defineDevice({
  kind: 'electrolyser',
  title: 'Electrolyser that fills a tank from which hydrogen is drawn',
  params: {
    p_max_kW: { type: 'number', min: 0, about: 'rating at the terminals' },
    eta_frac: { type: 'number', min: 0.01, max: 1, default: 0.65, about: 'hydrogen per electricity, both as energy' },
    e_max_kWh: { type: 'number', min: 0, about: 'tank, as energy of the hydrogen; half full at the start' },
    leak_per_h: { type: 'number', min: 0, max: 1, default: 0.002, about: 'share of the tank lost per hour' },
    p_demand_kW: { type: 'profile', min: 0, about: 'hydrogen drawn from the tank' },
  },
  declare(m, x) {
    const power = m.input('p_in_kW', 0, x.p_max_kW);
    const tank = m.state('e_tank_kWh', 0, x.e_max_kWh, x.e_max_kWh / 2);
    m.rate(tank, sum(mul(x.eta_frac, power), mul(-x.leak_per_h, tank), mul(-1, x.p_demand_kW))); // kWh per hour
    m.inject(mul(-1, power)); // + is into the network: it takes
    m.costSquare(2e-5, power); // efficiency falls with load
    m.atEndOf(m.steps_count - 1, tank, x.e_max_kWh / 2, x.e_max_kWh); // leaves the tank as it found it
  },
  example: { p_max_kW: 200, e_max_kWh: 600, p_demand_kW: 60 },
});

const grid = gridflock.timeGrid({ start: '2025-06-21T00:00', zone: 'Europe/Berlin', step_min: 60 }); // 24 steps
const values = gridflock.readParams(electrolyser, electrolyser.example, { grid, profiles: new Map(), where: 'mine' });
const law = gridflock.declaration(grid, (m) => electrolyser.declare(m, values));
const solver = await gridflock.catalog.solvers.find(({ name }) => name === 'interior-point')!.prepare();
const block = gridflock.buildBlock('mine', law); // reading 1: rows and columns, exactly discretised
const oracle = gridflock.blockOracle(block, grid.dt_h, solver);

// Reading 2: the plan nearest to a proposal, 24 values in kW and 24 in kvar. Asked to draw 500 kW it draws what it can.
const [nearest, answer] = [new Float64Array(48), new Float64Array(48)];
assert.ok(oracle.prox(new Float64Array(48).fill(-500, 0, 24), new Float64Array(48).fill(0.01), nearest));
assert.ok(nearest.every((p, i) => Math.abs(p) < 1e-6 || (i < 24 && p > -200 - 1e-6 && p < 0)));

// Reading 3: its best answer to prices; cheap at noon.
const price = Float64Array.from({ length: 48 }, (_, i) => (i >= 24 ? 0 : i >= 10 && i < 16 ? 0.05 : 0.3));
const value_cur = oracle.response(price, answer).toFixed(2);
const taken_kWh = (from: number, to: number): number => -answer.subarray(from, to).reduce((total, p_kW) => total + p_kW, 0);
console.log(`takes ${taken_kWh(0, 24).toFixed(0)} kWh, ${taken_kWh(10, 16).toFixed(0)} of it at noon; the day costs ${value_cur}`);
assert.ok(taken_kWh(10, 16) > 0.4 * taken_kWh(0, 24) && taken_kWh(10, 16) < 6 * 200 + 1e-6);

// Reading 4: a simulation of that schedule by the same declaration, 3600 small steps an hour.
const [tank_kWh, rate_kW] = [Float64Array.of(300), new Float64Array(1)];
const planned_kWh = oracle.schedule().get('e_tank_kWh')!;
for (let t = 0; t < 24; t++) {
  for (let k = 0; k < 3600; k++) {
    gridflock.derivativeInto(law, t, tank_kWh, Float64Array.of(-answer[t]), rate_kW);
    tank_kWh[0] += rate_kW[0] / 3600;
  }
  assert.ok(Math.abs(tank_kWh[0] - planned_kWh[t]) < 0.01, `hour ${t}: planned ${planned_kWh[t]}, simulated ${tank_kWh[0]} kWh`);
}
