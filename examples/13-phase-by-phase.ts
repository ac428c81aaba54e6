// Question: what does sun on the roofs of one phase do to the voltages of all three, and what helps, vars or roofs elsewhere?
// Look at:  the unbalance, four times what it was while the losses even fall; volt-var with the default curve of IEEE 1547 takes the peak off
//           phase a and leaves the unbalance; the same sun on all phases halves both. The regulators of the feeder act in every case.
import assert from 'node:assert/strict';
import { catalog, type Feeder, type Inverter, prepareThreePhase, readBuiltIn, summariseVoltages } from '@gridflock/core';

const builtIn = catalog.networks.find(({ name }) => name === 'ieee123')!;
const published = readBuiltIn(builtIn).feeder!;
const sun_kW = 1800;

/** A roof at every single-phase load of these phases, together as strong as the sun. */
function withRoofs(phases: readonly number[], voltVar: boolean): Feeder {
  const homes = published.loads.filter(
    ({ connection, terminal: { conductors } }) => connection === 'wye' && conductors.length === 2 && phases.includes(conductors[0]),
  );
  const inverters = homes.map(
    ({ id, terminal, v_rated_kV }): Inverter => ({
      ...{ id: `roof ${id}`, kind: 'pv', connection: 'wye', terminal, v_rated_kV, inService: true, priority: 'var', q_kvar: 0 },
      ...{ p_kW: sun_kW / homes.length, p_rated_kW: sun_kW / homes.length, s_rated_kVA: (1.1 * sun_kW) / homes.length },
    }),
  );
  const functions = [{ kind: 'volt-var', curve: { x: [0.92, 0.98, 1.02, 1.08], y: [0.44, 0, 0, -0.44] } }] as const;
  const control = { id: 'IEEE 1547', inverters: inverters.map(({ id }) => id), functions, varBase: 'rating', enabled: true } as const;
  return { ...published, inverters, inverterControls: voltVar ? [control] : [] };
}

const cases = {
  'no sun': published,
  'sun on phase a': withRoofs([1], false),
  'the same, volt-var': withRoofs([1], true),
  'sun on all phases': withRoofs([1, 2, 3], false),
};
const answers = Object.entries(cases).map(([name, feeder]) => {
  const { places, solve } = prepareThreePhase(feeder);
  const result = solve();
  const { seen_pu, highest, sequences } = summariseVoltages(feeder, places, result);
  const unbalance_frac = Math.max(...sequences.map(({ negative_frac }) => negative_frac));
  return { name, result, highest_pu: [1, 2, 3].map((phase) => seen_pu[highest[phase]]), unbalance_frac };
});

const titles = ['highest a', 'b', 'c', 'unbalance', 'loss, kW', 'taps'];
console.log(' '.repeat(18) + titles.map((title) => title.padStart(11)).join(''));
for (const { name, result, highest_pu, unbalance_frac } of answers) {
  const numbers = [...highest_pu.map((v) => v.toFixed(3)), `${(100 * unbalance_frac).toFixed(2)} %`, result.loss_kW.toFixed(1)];
  const taps = result.taps.filter(({ tap_pu }) => tap_pu !== 1).length;
  console.log(name.padEnd(18) + [...numbers, String(taps)].map((text) => text.padStart(11)).join(''));
}

const [none, onA, voltVar, onAll] = answers;
assert.ok(answers.every(({ result }) => result.status === 'converged'));
assert.ok(onA.unbalance_frac > 3 * none.unbalance_frac); // one phase feeds back while the others draw
assert.ok(voltVar.highest_pu[0] < onA.highest_pu[0]);
assert.ok(voltVar.unbalance_frac > 3 * none.unbalance_frac); // vars do not carry power from one phase to another
assert.ok(onAll.unbalance_frac < none.unbalance_frac && onAll.result.loss_kW < onA.result.loss_kW / 2);
