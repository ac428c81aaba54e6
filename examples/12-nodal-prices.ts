// Question: what does one more kWh cost at each bus of a feeder, and why is it not the same everywhere?
// Look at:  the price of the grid, plus losses, plus a branch that is full, plus a voltage limit that binds. The cone relaxation
//           is exact here, so the AC optimum is proved to be the best there is; the linear model comes within one per cent.
import assert from 'node:assert/strict';
import { autoPowerFlow, type Case, catalog, type Generator, readNetworkDocument, solveOpf } from '@gridflock/core';

const builtIn = catalog.networks.find(({ name }) => name === 'ieee33')!;
const { network, operatingPoint, ...rest } = readNetworkDocument(builtIn.document);
const at = (id: string): number => network.buses.findIndex((bus) => bus.id === id);

/** A unit with a price of its own, in currency per kWh. */
const unit = (id: string, bus: string, p_max_kW: number, q_max_kvar: number, price: number): Generator => ({
  ...{ id, bus: at(bus), p_kW: 0, q_kvar: 0, p_min_kW: 0, p_max_kW, q_min_kvar: -q_max_kvar, q_max_kvar },
  ...{ v_set_pu: 1, holdsVoltage: bus === '1', inService: true, cost: { kind: 'polynomial', coefficients: [price, 0] } },
});
const feeder: Case = {
  ...rest,
  network: {
    ...network,
    buses: network.buses.map((bus) => (bus.id === '1' ? bus : { ...bus, v_min_pu: 0.945 })),
    branches: network.branches.map((branch) => (branch.to === at('26') ? { ...branch, s_max_kVA: 800 } : branch)),
  },
  operatingPoint: {
    ...operatingPoint,
    generators: [
      unit('grid', '1', 10_000, 10_000, 0.08),
      unit('solar', '12', 300, 100, 0.01),
      unit('biogas', '18', 300, 100, 0.15),
      unit('diesel', '30', 600, 800, 0.2),
    ],
  },
};

const services = { solver: catalog.solvers.find(({ name }) => name === 'interior-point')!, powerFlow: autoPowerFlow };
const [ac, soc, linear] = await Promise.all(
  (['ac', 'soc', 'lindistflow'] as const).map((formulation) => solveOpf(feeder, services, { formulation })),
);
const parts = ['energy', 'loss', 'congestion', 'voltage'] as const;
const partAt = (part: (typeof parts)[number], bus: string): number => ac.priceParts[`${part}_cur_per_kWh`][at(bus)];

const bound = soc.certificate.relaxation!.bound;
console.log(
  `cost per h: AC ${ac.objective_cur_per_h.toFixed(2)}, no less than ${bound.toFixed(2)}, linear ${linear.objective_cur_per_h.toFixed(2)}`,
);
console.log(['bus', 'price', ...parts].map((title) => title.padStart(12)).join(''));
for (const bus of ['1', '6', '12', '18', '25', '30', '33']) {
  const numbers = [ac.price_cur_per_kWh[at(bus)], ...parts.map((part) => partAt(part, bus))];
  console.log([bus.padStart(12), ...numbers.map((value) => value.toFixed(4).padStart(12))].join(''));
}

assert.ok(soc.certificate.relaxation!.isExact);
assert.ok(Math.abs(ac.objective_cur_per_h / bound - 1) < 1e-6);
assert.ok(Math.abs(linear.objective_cur_per_h / ac.objective_cur_per_h - 1) < 0.01);
for (const bus of ['12', '18', '30']) {
  const sum = parts.reduce((total, part) => total + partAt(part, bus), 0);
  assert.ok(Math.abs(sum - ac.price_cur_per_kWh[at(bus)]) < 1e-6); // reactive power at bus 1 is free, so nothing else is left
}
assert.ok(partAt('congestion', '30') > 0.02 && Math.abs(partAt('congestion', '25')) < 0.01); // behind the full branch; elsewhere
assert.ok(partAt('voltage', '18') > 0.005);
