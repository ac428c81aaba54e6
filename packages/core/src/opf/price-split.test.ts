import { describe, expect, it } from 'vitest';
import type { Case } from '../network/network.ts';
import { readNetworkDocument } from '../network/read-document.ts';
import { ieee118 } from '../networks/ieee118/network.ts';
import { newton } from '../powerflows/newton/newton.ts';
import { interiorPoint } from '../solvers/interior-point/interior-point.ts';
import type { OpfFormulation, OpfResult } from './result.ts';
import type { OpfOptions } from './settings.ts';
import { solveOpf } from './solve.ts';
import { type FeederGiven, feeder } from './testing/feeder.ts';
import { ring } from './testing/ring.ts';

const services = { solver: interiorPoint(), powerFlow: newton };
const solve = (value: Case, options: OpfOptions) => solveOpf(value, services, { tolerance_frac: 1e-10, recover: false, ...options });

const partsOf = ({ priceParts: x }: OpfResult, b: number) => ({
  energy: x.energy_cur_per_kWh[b],
  loss: x.loss_cur_per_kWh[b],
  congestion: x.congestion_cur_per_kWh[b],
  voltage: x.voltage_cur_per_kWh[b],
  reactive: x.reactive_cur_per_kWh[b],
});
const sumOf = (found: OpfResult, b: number): number => Object.values(partsOf(found, b)).reduce((sum, part) => sum + part, 0);
const largest = (values: Float64Array): number => Math.max(...values.filter(Number.isFinite).map(Math.abs));

/** The power flow of a dispatch, with more demand at a bus. */
function flowOf(value: Case, found: OpfResult, bus: number, more_kW: number) {
  const { operatingPoint: point } = value;
  const p_kW = point.p_kW.slice();
  p_kW[bus] -= more_kW;
  const at = {
    ...point,
    p_kW,
    generators: point.generators.map((x, d) => ({ ...x, holdsVoltage: false, p_kW: found.p_kW[d], q_kvar: found.q_kvar[d] })),
    v_start_pu: found.v_pu,
    angle_start_deg: found.angle_rad.map((angle) => (angle * 180) / Math.PI),
  };
  return newton.prepare(value.network, at, { tolerance_pu: 1e-13 }).solve(at);
}
const slopeOf = (of: (more_kW: number) => number): number => (of(1) - of(-1)) / 2;

const situations: readonly (readonly [string, FeederGiven])[] = [
  ['free', {}],
  ['congested', { rating_kVA: 560 }],
  ['at a low voltage limit', { v_min_pu: 1.003 }],
  ['at a high voltage limit', { sun_kW: 2500, v_max_pu: 1.03 }],
  ['short of reactive power', { q_max_kvar: 40 }],
];

describe.each(['ac', 'soc', 'lindistflow'] as const)('prices by %s', (formulation) => {
  it.each(situations)('are the slopes of the optimal cost, and their parts add up: %s', async (_, given) => {
    const found = await solve(feeder(given), { formulation });
    expect(found.status).toMatch(/optimal/);
    const cost = async (bus: number, p_kW: number, q_kvar: number) =>
      (await solve(feeder({ ...given, more: { bus, p_kW, q_kvar } }), { formulation })).objective_cur_per_h;
    for (const b of [0, 2, 5]) {
      const step = 0.25;
      const slope = ((await cost(b, step, 0)) - (await cost(b, -step, 0))) / (2 * step);
      const slopeQ = ((await cost(b, 0, step)) - (await cost(b, 0, -step))) / (2 * step);
      expect(Math.abs(found.price_cur_per_kWh[b] - slope)).toBeLessThan(1e-5);
      expect(Math.abs(found.price_cur_per_kvarh[b] - slopeQ)).toBeLessThan(1e-5);
    }
    for (let b = 0; b < 6; b++) expect(sumOf(found, b)).toBeCloseTo(found.price_cur_per_kWh[b], 12);
    expect(partsOf(found, 0)).toEqual({ energy: found.price_cur_per_kWh[0], loss: 0, congestion: 0, voltage: 0, reactive: 0 });
  });

  it('of losses are 1 and the slope of the least losses', async () => {
    const at = (p_kW: number) => solve(feeder({ more: { bus: 5, p_kW }, gridPrice_cur_per_kWh: 1 }), { formulation, objective: 'loss' });
    const found = await at(0);
    const slope = ((await at(0.5)).loss_kW - (await at(-0.5)).loss_kW) / 1;
    expect(Math.abs(found.price_cur_per_kWh[5] - 1 - slope)).toBeLessThan(1e-5);
    expect(sumOf(found, 5)).toBeCloseTo(found.price_cur_per_kWh[5], 12);
  });

  it('have only the parts that bind', async () => {
    const parts = async (given: FeederGiven) => (await solve(feeder(given), { formulation })).priceParts;
    const free = await parts({});
    expect(largest(free.congestion_cur_per_kWh)).toBeLessThan(1e-8);
    expect(largest(free.voltage_cur_per_kWh)).toBeLessThan(1e-8);
    expect(largest(free.reactive_cur_per_kWh)).toBeLessThan(1e-8);
    expect(free.loss_cur_per_kWh[5]).toBeGreaterThan(0.001);
    const congested = await parts({ rating_kVA: 560 });
    expect(Math.abs(congested.congestion_cur_per_kWh[1])).toBeLessThan(1e-2); // before the rated branch
    expect(congested.congestion_cur_per_kWh[3]).toBeGreaterThan(0.05); // behind it
    expect(largest(congested.voltage_cur_per_kWh)).toBeLessThan(1e-8);
    const low = await parts({ v_min_pu: 1.003 });
    expect(low.voltage_cur_per_kWh[5]).toBeGreaterThan(0.01);
    expect(largest(low.congestion_cur_per_kWh)).toBeLessThan(1e-8);
    const high = await parts({ sun_kW: 2500, v_max_pu: 1.03 });
    expect(high.voltage_cur_per_kWh[3]).toBeLessThan(-0.01);
    const short = await parts({ q_max_kvar: 40 });
    expect(short.reactive_cur_per_kWh[5]).toBeGreaterThan(1e-6);
  });
});

describe('the parts', () => {
  it.each(situations)('of SOC are those of AC where it is exact: %s', async (_, given) => {
    const ac = await solve(feeder(given), { formulation: 'ac' });
    const soc = await solve(feeder(given), { formulation: 'soc' });
    if (soc.certificate.relaxation?.isExact !== true) return expect(given.sun_kW).toBe(2500);
    for (let b = 0; b < 6; b++) {
      const [a, s] = [partsOf(ac, b), partsOf(soc, b)];
      for (const key of ['energy', 'loss', 'congestion', 'voltage', 'reactive'] as const)
        expect(Math.abs(a[key] - s[key])).toBeLessThan(1e-6);
    }
  });

  it.each([
    ['a feeder', feeder({ rating_kVA: 560 }), [1, 3, 5]],
    ['a feeder at a voltage limit', feeder({ v_min_pu: 1.003 }), [1, 3, 5]],
    ['a ring', ring({ rating_kVA: 420 }), [1, 2]],
    ['a ring at an angle limit', ring({ angle_max_deg: 2, shift_deg: -2 }), [1, 2]],
  ])('loss is the energy price × the marginal loss of a power flow: %s', async (_, value, buses) => {
    const found = await solve(value, {});
    for (const b of buses) {
      const slack = slopeOf((more_kW) => flowOf(value, found, b, more_kW).p_kW[0]);
      const { energy, loss } = partsOf(found, b);
      expect(Math.abs(loss - energy * (slack - 1))).toBeLessThan(1e-6);
    }
  });

  it.each([
    ['a feeder', feeder({ rating_kVA: 560 }), 1, [3, 5]],
    ['a ring', ring({ rating_kVA: 420 }), 1, [1, 2]],
  ])('congestion goes with what a demand adds to the full branch: %s', async (_, value, branch, buses) => {
    const found = await solve(value, {});
    const perLoading = buses.map((b) => {
      const added = slopeOf((more_kW) => flowOf(value, found, b, more_kW).loading_frac[branch]);
      return partsOf(found, b).congestion / added;
    });
    expect(perLoading[1] / perLoading[0]).toBeCloseTo(1, 4);
    expect(perLoading[0]).toBeGreaterThan(0);
  });

  it.each(['free', 'congested'] as const)('of DC are energy and congestion: %s', async (situation) => {
    const value = ring(situation === 'free' ? {} : { rating_kVA: 420 });
    const found = await solve(value, { formulation: 'dc' });
    for (const b of [0, 1, 2]) {
      const { energy, loss, congestion, voltage } = partsOf(found, b);
      expect([loss, voltage]).toEqual([0, 0]);
      expect(energy + congestion).toBeCloseTo(found.price_cur_per_kWh[b], 14);
      if (situation === 'free') expect(Math.abs(congestion)).toBeLessThan(1e-9);
    }
    if (situation === 'congested') expect(largest(found.priceParts.congestion_cur_per_kWh)).toBeGreaterThan(0.01);
    expect(partsOf(found, 3).energy).toBeNaN();
  });

  it.each(['ac', 'soc'] as OpfFormulation[])('add up in a mesh of 118 buses, with a reference in each island: %s', async (formulation) => {
    const value = readNetworkDocument(ieee118.document);
    for (const objective of ['cost', 'loss'] as const) {
      const found = await solve(value, { formulation, objective, tolerance_frac: 1e-8 });
      for (let b = 0; b < 118; b++) expect(sumOf(found, b) / found.price_cur_per_kWh[b]).toBeCloseTo(1, 10);
      expect(largest(found.priceParts.congestion_cur_per_kWh)).toBeLessThan(1e-5); // it has no ratings
      expect(largest(found.priceParts.voltage_cur_per_kWh)).toBeGreaterThan(1e-5);
    }
  });
});
