// Question: what is a negotiation, without wires, files or studies?
// Look at:  three parts meet at one net and agree on a price. The same roles run in a loop and over a simulated network that
//           loses three messages in ten: plan and price come out with the same bits, only more is sent.
import assert from 'node:assert/strict';
import { blockOracle, buildBlock, catalog, declaration, mul, randomStream, runInLoop, runInVirtualTime, Wiretap } from '@gridflock/core';

const [dt_h, steps_count] = [1, 12];
const solver = await catalog.solvers.find(({ name }) => name === 'interior-point')!.prepare();
const scheme = catalog.schemes.find(({ name }) => name === 'proximal-message-passing')!;
const central = catalog.schemes.find(({ name }) => name === 'central')!;
const wanted_kW = Float64Array.of(20, 25, 30, 25, 20, 20, 25, 30, 40, 55, 60, 45);

/** A part keeps its block to itself; others only ever ask its oracle. */
function part(id: string, declare: Parameters<typeof declaration>[1]) {
  const block = buildBlock(id, declaration({ dt_h, steps_count }, declare));
  return { id, block, oracle: blockOracle(block, dt_h, solver), terminals: ['village'] };
}
const parts = [
  part('engine', (m) => {
    const p = m.input('p_kW', 0, 80);
    m.inject(p);
    m.cost(mul(0.05, p));
    m.costSquare(0.002, p); // marginal cost: 0.05 + 0.004·p
  }),
  part('houses', (m) => {
    const shed = m.input('p_shed_kW', 0, wanted_kW);
    m.inject(shed);
    m.inject(mul(-1, wanted_kW));
    m.costSquare(0.05, shed); // what is not served hurts
  }),
  part('store', (m) => {
    const p = m.input('p_kW', -20, 20);
    const energy = m.state('e_kWh', 0, 60, 30);
    m.rate(energy, mul(-1, p));
    m.atEndOf(steps_count - 1, energy, 30, 60);
    m.inject(p);
  }),
];
const openingPrice = new Float64Array(2 * steps_count).fill(0.15, 0, steps_count); // first kW, then kvar
const problem = { parts, nets: [{ id: 'village', scale_kW: 50, openingPrice }], channels_count: 2, steps_count, dt_h };

const faults = { delay_min_s: 0.01, delay_mean_s: 0.05, loss_frac: 0.3, duplicate_frac: 0.05 };
const [safe, lossy] = [0, 1].map(() => new Wiretap((id) => id.split(' ')[0]));
const calm = await scheme.run(problem, scheme.defaults, { carry: (roles) => runInLoop(roles, safe) });
const rough = await scheme.run(problem, scheme.defaults, {
  carry: async (roles) => void (await runInVirtualTime(roles, { faults, stream: randomStream(5), observe: lossy.observe })),
});
const optimum = await central.run(problem, central.defaults, { solver, carry: async () => {} });

for (const row of safe.traffic()) console.log(`${row.from} → ${row.to}: ${row.messages_count} × ${row.kind} {${row.fields.join(', ')}}`);
console.log(`sent: ${safe.messages_count} in a loop; ${lossy.messages_count} with loss, ${lossy.lost_count} of them lost`);

const total = (costs: readonly number[]): number => costs.reduce((a, b) => a + b);
assert.equal(calm.status, 'agreed');
assert.deepEqual([rough.ports, rough.prices], [calm.ports, calm.prices]); // the same bits
assert.ok(Math.abs(total(calm.cost_cur) / total(optimum.cost_cur) - 1) < 1e-3);
assert.ok(lossy.lost_count > 0.25 * lossy.messages_count && lossy.messages_count > safe.messages_count);
