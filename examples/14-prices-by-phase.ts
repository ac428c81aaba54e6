// Question: a street has sun on one phase and heat pumps on another: what is a kWh worth on each phase, and what does balance cost?
// Look at:  at the end of the street phase a is full of sun and its price falls, phase c is short. The refined linear model has the
//           voltages of the power flow, and the semidefinite relaxation proves that its cost cannot be beaten.
import assert from 'node:assert/strict';
import { buildFeeder, catalog, prepareThreePhase, solveFeederOpf } from '@gridflock/core';

const street = ['substation', 'corner', 'bakery', 'school', 'end'];
const phases = [1, 2, 3];
const law = { z_frac: 0, i_frac: 0, p_frac: 1 };
const matrix = (self: number, mutual: number): number[] => phases.flatMap((i) => phases.map((j) => (i === j ? self : mutual)));
const at = (bus: string, phase: number) => ({ connection: 'wye' as const, terminal: { bus, conductors: [phase, 0] }, v_rated_kV: 0.231 });
const house = (id: string, bus: string, phase: number, p: number) => ({
  ...{ id, ...at(bus, phase), p_kW: [p], q_kvar: [p / 4], pLaw: law, qLaw: law, inService: true },
});
const roof = (id: string, bus: string, phase: number, p_kW: number) => ({
  ...{ id, ...at(bus, phase), kind: 'pv' as const, p_kW, p_rated_kW: p_kW, s_rated_kVA: 1.1 * p_kW, q_kvar: 0 },
  ...{ priority: 'watt' as const, inService: true },
});
const { feeder } = buildFeeder({
  name: 'street',
  frequency_Hz: 50,
  buses: street.map((id, b) => ({ id, v_base_kV: 0.4, ...(b === 0 ? {} : { v_min_pu: 0.94, v_max_pu: 1.05 }) })),
  sources: [
    { id: 'grid', terminal: { bus: 0, conductors: phases }, e_kV: phases.map(() => 0.2357), angle_deg: [0, -120, 120], inService: true },
  ],
  lines: street.slice(1).map((id, k) => ({
    ...{ id, from: { bus: k, conductors: phases }, to: { bus: k + 1, conductors: phases }, closedFrom: true, closedTo: true },
    ...{ r_ohm: matrix(0.045, 0.012), x_ohm: matrix(0.035, 0.02) },
  })),
  loads: [house('oven', 'bakery', 2, 8), house('classes', 'school', 1, 3), house('pump 1', 'school', 3, 7), house('pump 2', 'end', 3, 9)],
  inverters: [roof('roof 1', 'school', 1, 12), roof('roof 2', 'end', 1, 14), roof('roof 3', 'end', 2, 6)],
});

const services = { solver: catalog.solvers.find(({ name }) => name === 'interior-point')!, powerFlow: prepareThreePhase };
const price = { sourcePrice_cur_per_kWh: 0.3 };
const free = await solveFeederOpf(feeder, services, price);
const even = await solveFeederOpf(feeder, services, { ...price, unbalance_max_frac: 0.01 });
const relaxed = await solveFeederOpf(feeder, services, { ...price, formulation: 'three-phase-sdp' });
const bound = relaxed.certificate.relaxation!.bound;
const unbalanceOf = ({ certificate }: typeof free): number => certificate.acCheck!.unbalance_max_frac;

for (const each of [free, even]) {
  const sun = each.units.map(({ id, p_kW }) => `${id} ${p_kW.toFixed(1)} kW`).join(', ');
  console.log(`unbalance ${(100 * unbalanceOf(each)).toFixed(2)} %: ${each.objective_cur_per_h.toFixed(3)} per h; ${sun}`);
}
console.log(`proved: no dispatch below ${bound.toFixed(3)} per h`);
console.log(['phase', 'v_pu', 'price', 'losses', 'voltage'].map((title) => title.padStart(9)).join(''));
const end = free.places.filter(({ bus }) => bus === 4);
for (const { conductor, v_pu, price_cur_per_kWh, loss_cur_per_kWh, voltage_cur_per_kWh } of end) {
  const numbers = [v_pu, price_cur_per_kWh, loss_cur_per_kWh, voltage_cur_per_kWh].map((value) => value.toFixed(4));
  console.log(['abc'[conductor - 1], ...numbers].map((text) => text.padStart(9)).join(''));
}

assert.ok(end[0].price_cur_per_kWh < 0.2 && end[2].price_cur_per_kWh > 0.35);
assert.ok(free.certificate.acCheck!.v_difference_max_pu < 1e-6 && free.certificate.acCheck!.v_violation_max_pu < 1e-6);
assert.ok(unbalanceOf(even) < 0.01 + 1e-6 && even.objective_cur_per_h > free.objective_cur_per_h);
assert.ok(Math.abs(free.objective_cur_per_h - bound) < 1e-3);
