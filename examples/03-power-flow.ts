// Question: what are the voltages and losses of a feeder, at its peak and over a day?
// Look at:  the wires are analysed once (`prepare`); a whole day is then one call (`solveBatch`) without allocation.
//           The peak's loss and lowest voltage are the published numbers of this feeder.
import assert from 'node:assert/strict';
import { autoPowerFlow, buildPowerFlowBatch, catalog, readNetworkDocument, shape, timeGrid } from '@gridflock/core';

const builtIn = catalog.networks.find(({ name }) => name === 'ieee33')!;
const { network, operatingPoint: peak } = readNetworkDocument(builtIn.document);

// One operating point: the peak loads of the file.
const flow = autoPowerFlow.prepare(network, peak);
const atPeak = flow.solve(peak);
const lowest = atPeak.v_pu.indexOf(Math.min(...atPeak.v_pu));
console.log(`peak: loss ${atPeak.loss_kW.toFixed(2)} kW, lowest ${atPeak.v_pu[lowest].toFixed(5)} pu at bus ${network.buses[lowest].id}`);

assert.equal(atPeak.status, 'converged');
assert.ok(atPeak.mismatch_max_kVA < 1e-3);
assert.ok(Math.abs(atPeak.loss_kW - 202.68) < 0.01); // Baran and Wu's feeder: 202.68 kW …
assert.ok(Math.abs(atPeak.v_pu[lowest] - 0.9131) < 1e-4); // … and 0.9131 pu
assert.equal(network.buses[lowest].id, '18');

// A day in quarters of an hour: the same loads times a winter weekday's course. Arrays are flat, [t][b]; + is into the network.
const day = timeGrid({ start: '2025-01-15T00:00', zone: 'Europe/Berlin', step_min: 15 });
const scale_frac = shape('load-winter-weekday', day);
const n = network.buses.length;
const scaled = (peaks: Float64Array): Float64Array =>
  Float64Array.from({ length: day.steps_count * n }, (_, i) => scale_frac[Math.floor(i / n)] * peaks[i % n]);
const batch = buildPowerFlowBatch(day.steps_count, n);
flow.solveBatch(scaled(peak.p_kW), scaled(peak.q_kvar), day.steps_count, batch);

const loss_kWh = batch.loss_kW.reduce((sum, loss_kW) => sum + loss_kW * day.dt_h, 0);
const load_kWh = -scaled(peak.p_kW).reduce((sum, p_kW) => sum + p_kW * day.dt_h, 0);
const v_min_pu = Math.min(...batch.v_pu);
const share = `${((100 * loss_kWh) / load_kWh).toFixed(2)} % of the load`;
console.log(`day:  loss ${loss_kWh.toFixed(1)} kWh, ${share}; lowest ${v_min_pu.toFixed(5)} pu`);

assert.equal(day.steps_count, 96);
assert.ok(batch.converged.every((flag) => flag === 1));
// Losses rise with about the square of the load, so the mean hour loses less than its share of the peak hour.
const mean_frac = scale_frac.reduce((sum, s) => sum + s, 0) / day.steps_count;
assert.ok(loss_kWh < 24 * mean_frac * atPeak.loss_kW && loss_kWh > 24 * mean_frac ** 2 * 0.95 * atPeak.loss_kW);
assert.ok(v_min_pu > atPeak.v_pu[lowest] - 1e-9);
