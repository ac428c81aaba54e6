// Question: how do I solve an optimisation problem of my own, written as in the paper?
// Look at:  the equations of Farivar and Low (2013) stand in the code as they stand there. Costs on losses make the cone tight,
//           so that the answer is a power flow; a wish that cannot be met comes back as the names of the rows in conflict.
import assert from 'node:assert/strict';
import { autoPowerFlow, catalog, Model, mul, readNetworkDocument, sum } from '@gridflock/core';

const { network, operatingPoint } = readNetworkDocument(catalog.networks.find(({ name }) => name === 'ieee33')!.document);
const lines = network.branches.filter(({ inService }) => inService);
const ids = lines.map(({ id }) => id);
const load = (kW: Float64Array, b: number): number => -kW[b]! / network.s_base_kVA;

/** The feeder at its peak with a capacitor of at most 1 Mvar at bus 30, all voltages above `v_min_pu`. */
function feeder(v_min_pu: number) {
  const m = new Model('feeder');
  const P = m.variables('P', [ids]);
  const Q = m.variables('Q', [ids]);
  const l = m.variables('l', [ids], { lower: 0 }); //            squared currents
  const v = m.variables('v', [network.buses.map(({ id }) => id)], { upper: 1.1 ** 2 }); // squared voltages
  const q = m.variable('q', { lower: 0, upper: 0.1 }); //        the capacitor

  m.equal('voltage of the substation', v(0), 1);
  lines.forEach(({ id, from: i, to: j, r_pu: r, x_pu: x }, ij) => {
    const below = lines.flatMap(({ from }, jk) => (from === j ? [jk] : []));
    const bus = network.buses[j]!.id;
    const own = bus === '30' ? q : 0;
    m.equal(`active power at ${bus}`, sum(P(ij), mul(-r, l(ij))), sum(load(operatingPoint.p_kW, j), ...below.map((jk) => P(jk))));
    m.equal(`reactive power at ${bus}`, sum(Q(ij), mul(-x, l(ij)), own), sum(load(operatingPoint.q_kvar, j), ...below.map((jk) => Q(jk))));
    m.equal(`drop along ${id}`, v(j), sum(v(i), mul(-2 * r, P(ij)), mul(-2 * x, Q(ij)), mul(r ** 2 + x ** 2, l(ij))));
    m.product(`current of ${id}`, l(ij), v(i), [P(ij), Q(ij)]); // l·v ≥ P² + Q²
    m.atLeast(`voltage at ${bus}`, v(j), v_min_pu ** 2);
    m.cost(mul(r, l(ij)));
  });
  return { m, P, Q, l, v, q };
}

const solver = await catalog.solvers.find(({ name }) => name === 'interior-point')!.prepare();
const { m, P, Q, l, v, q } = feeder(0.92);
const solution = solver.solve(m.build());
assert.equal(solution.status, 'optimal');
const found = m.read(solution);
const loss_kW = network.s_base_kVA * solution.objective;
const q_kvar = network.s_base_kVA * found.value(q);
const gapOf = (from: number, k: number): number =>
  found.value(l(k)) * found.value(v(from)) - found.value(P(k)) ** 2 - found.value(Q(k)) ** 2;
const gap = Math.max(...lines.map(({ from }, k) => gapOf(from, k)));
console.log(`capacitor ${q_kvar.toFixed(0)} kvar, loss ${loss_kW.toFixed(1)} kW; cone gaps below 1e-6: ${gap < 1e-6}`);

// The cone is tight, so the AC power flow says the same.
const reactive_kvar = Float64Array.from(operatingPoint.q_kvar, (value, b) => value + (network.buses[b]!.id === '30' ? q_kvar : 0));
const point = { ...operatingPoint, q_kvar: reactive_kvar };
const flow = autoPowerFlow.prepare(network, point).solve(point);
assert.ok(gap < 1e-6 && Math.abs(flow.loss_kW - loss_kW) < 0.01, `${flow.loss_kW} kW by power flow`);

// A voltage that nothing here can reach.
const hopeless = solver.solve(feeder(0.99).m.build());
assert.equal(hopeless.status, 'infeasible');
const weakest = 'feeder.voltage at 18';
assert.ok(hopeless.conflict!.includes(weakest));
console.log(`0.99 pu everywhere: ${hopeless.status}, because of ${weakest} among others`);
