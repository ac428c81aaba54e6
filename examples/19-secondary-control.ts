// Question: may four inverters that share a load by talking to their neighbours know everything 60 ms late? And 120 ms?
// Look at:  the delay that the linearised loop bears, computed before anything runs, and the same laws as agents on both sides of it.
import assert from 'node:assert/strict';
import {
  catalog,
  closeLoop,
  controlRole,
  delayedDevice,
  delayMargin,
  delaySystemOf,
  findOperatingPoint,
  inverterChain,
  liveDevice,
  noFaults,
  outputOf,
  quasiStaticMicrogrid,
  Run,
  randomStream,
  ringOf,
  runInVirtualTime,
  spread_frac,
} from '@gridflock/core';

const chain = inverterChain(4);
const controller = catalog.controllers.find(({ name }) => name === 'leader-follower-consensus')!;
const agents = chain.inverters.map(({ id, droop_rad_per_s_per_kW, droop_V_per_kvar }, k) => {
  const own = { droop_rad_per_s_per_kW, droop_V_per_kvar, pin_frac: k === 0 ? 1 : 0 };
  return { device: id, law: controller.build({ ...controller.example, ...own }) };
});
const ring = ringOf(agents.map(({ device }) => device));

const { x } = findOperatingPoint(closeLoop(quasiStaticMicrogrid(chain), agents, ring));
const late = closeLoop(quasiStaticMicrogrid(chain), agents, ring, { measureDelay_s: 0.05 });
const { margin_s } = delayMargin(delaySystemOf(late, x));
console.log(`${(1000 * margin_s).toFixed(0).padStart(3)} ms  is what the loop bears`);
assert.equal(Math.round(1000 * margin_s), 96);

/** The laws as agents that measure and talk every 10 ms; a load grows after 10 s. */
async function run(delay_s: number): Promise<void> {
  const events = [{ at_s: 10, name: 'load1.scale_frac', value: 1.3 }];
  const plant = new Run(quasiStaticMicrogrid(chain), { stop_s: 20, method: 'rk4', step_s: 2e-3, record_s: 0.02, events });
  const roles = agents.map(({ device, law }, k) =>
    controlRole({
      ...{ id: device, law, device: delayedDevice(liveDevice(plant, device, law), delay_s) },
      neighbours: [ring.agents[(k + 1) % 4]!, ring.agents[(k + 3) % 4]!].map((id) => ({ id, weight_frac: 1 })),
      ...{ period_s: 0.01, stop_s: 20, commands: Float64Array.of(100 * Math.PI, 380) },
    }),
  );
  await runInVirtualTime(roles, { faults: noFaults, stream: randomStream(1) });
  plant.advance(20);
  const last = outputOf(plant.result(), 'dg1.w_rad_per_s').slice(-100);
  const swing_Hz = (Math.max(...last) - Math.min(...last)) / (2 * Math.PI);
  const shares = chain.inverters.map(({ id, droop_rad_per_s_per_kW: m }) => m * outputOf(plant.result(), `${id}.p_kW`).at(-1)!);
  const settles = swing_Hz < 0.01 && spread_frac(shares) < 0.01;
  console.log(`${(1000 * delay_s).toFixed(0).padStart(3)} ms  ${settles ? 'settles: 50 Hz, shares within 1 %' : 'oscillates'}`);
  assert.equal(settles, delay_s < margin_s);
  assert.ok(settles || swing_Hz > 0.1);
}
for (const delay_s of [0.06, 0.12]) await run(delay_s);
