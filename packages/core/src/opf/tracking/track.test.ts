import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import type { PowerRegion } from '../../flexibility/region.ts';
import { line, networkOf } from '../../powerflows/testing/random-networks.ts';
import { reachableBand, reachablePolygon } from './band.ts';
import { preparePlanCheck } from './plan-check.ts';
import type { RegulatedFeeder, RegulatedStep, TrackingOptions } from './question.ts';
import { box, dayOfAgents, feederOfAgents, regionsAt, stepOfAgents } from './testing/agents.ts';
import { track, trackDay } from './track.ts';

const methods = ['projection', 'opf'] as const;
const base_kVA = 10_000;

/** Active power between limits, no reactive power. */
const active = (p_min_kW: number, p_max_kW: number): PowerRegion => {
  const { halfPlanes, ...rest } = box(p_min_kW, p_max_kW, Number.POSITIVE_INFINITY);
  return { ...rest, halfPlanes: [...halfPlanes, { a: 0, b: 1, c_kVA: 0 }, { a: 0, b: -1, c_kVA: 0 }] };
};

describe('tracking on two buses, where everything is known', () => {
  const [r, x] = [0.03, 0.04];
  const load = { p: 0.8, q: 0.3 };
  const feeder: RegulatedFeeder = {
    network: networkOf(2, [line('only', 0, 1, r, x)]),
    slack: 0,
    v_slack_pu: 1,
    resources: [{ id: 'one', bus: 1 }],
  };
  const step: RegulatedStep = {
    p_fixed_kW: Float64Array.of(0, -1000 * load.p),
    q_fixed_kvar: Float64Array.of(0, -1000 * load.q),
    regions: [active(-100, 400)],
  };

  it.each(methods)('the set-point is the root of a quadratic: %s', (method) => {
    const P = 0.6;
    // Q − x·(P² + Q²) = q of the load; the resource gives the rest of P − r·(P² + Q²).
    const Q = (1 - Math.sqrt(1 - 4 * x * (load.q + x * P * P))) / (2 * x);
    const given = load.p - P + r * (P * P + Q * Q);
    const found = track(feeder, step, { p_pcc_kW: 1000 * P, q_pcc_kvar: 1000 * Q }, { method });
    expect(found.status).toBe('optimal');
    expect(found.setpoints.p_kW[0]).toBeCloseTo(1000 * given, 5);
    expect(found.loss_kW).toBeCloseTo(1000 * r * (P * P + Q * Q), 6);
    expect(found.error_kVA).toBeLessThan(1e-5);
  });

  it('the edges of the band are roots of another', () => {
    const importAt = (given: number): number => {
      const [p, q] = [load.p - given, load.q];
      const [a, b, c] = [r * r + x * x, 2 * (r * p + x * q) - 1, p * p + q * q];
      return p + (r * (-b - Math.sqrt(b * b - 4 * a * c))) / (2 * a);
    };
    const band = reachableBand(feeder, step);
    expect(band.pMin.p_pcc_kW).toBeCloseTo(1000 * importAt(0.4), 4);
    expect(band.pMax.p_pcc_kW).toBeCloseTo(1000 * importAt(-0.1), 4);
    expect(band.pMin.setpoints.p_kW[0]).toBeCloseTo(400, 4);
  });

  it('what stands at the point of common coupling itself is not imported', () => {
    const at = { ...feeder, resources: [{ id: 'here', bus: 0 }] };
    const before = preparePlanCheck(at).check(step, { p_kW: Float64Array.of(0), q_kvar: Float64Array.of(0) });
    for (const method of methods) {
      const asked = { p_pcc_kW: before.p_pcc_kW - 150, q_pcc_kvar: before.q_pcc_kvar };
      const found = track(at, step, asked, { method });
      expect(found.setpoints.p_kW[0]).toBeCloseTo(150, 4);
      expect(found.loss_kW).toBeCloseTo(before.loss_kW, 6);
    }
  });
});

describe('tracking on random feeders', () => {
  it('no grid of set-points comes nearer to the command, and far commands end at its edge', { timeout: 30_000 }, () => {
    const random = randomStream(11, 'tracking');
    for (let k = 0; k < 6; k++) {
      const n = 4 + random.index(5);
      const branches = Array.from({ length: n - 1 }, (_, b) =>
        line(`l${b}`, random.index(b + 1), b + 1, random.between(0.005, 0.02), random.between(0.005, 0.02), {
          b_pu: random.between(0, 0.01),
        }),
      );
      const feeder: RegulatedFeeder = {
        network: networkOf(n, branches, [{ bus: n - 1, g_pu: 0.002, b_pu: 0.03 }]),
        slack: 0,
        v_slack_pu: 1.02,
        resources: [
          { id: 'a', bus: n - 1 },
          { id: 'b', bus: 1 + random.index(n - 2) },
        ],
      };
      const step: RegulatedStep = {
        p_fixed_kW: Float64Array.from({ length: n }, () => -random.between(20, 150)),
        q_fixed_kvar: Float64Array.from({ length: n }, () => -random.between(0, 60)),
        regions: [active(-60, 200), box(0, 150, 170)],
      };
      const plans = preparePlanCheck(feeder);
      const points: { readonly p: number; readonly q: number }[] = [];
      for (let i = 0; i <= 12; i++) {
        for (let j = 0; j <= 12; j++) {
          const p_kW = Float64Array.of(-60 + (260 * i) / 12, (150 * j) / 12);
          for (const share of [-1, -0.5, 0, 0.5, 1]) {
            const q = share * Math.sqrt(170 ** 2 - p_kW[1] ** 2);
            const { p_pcc_kW, q_pcc_kvar } = plans.check(step, { p_kW, q_kvar: Float64Array.of(0, q) });
            points.push({ p: p_pcc_kW, q: q_pcc_kvar });
          }
        }
      }
      const middle = points[Math.floor(points.length / 2)];
      for (const [dp, dq] of [
        [0, 0],
        [30, -20],
        [400, 0],
        [-300, 100],
      ] as const) {
        const asked = { p_pcc_kW: middle.p + dp, q_pcc_kvar: middle.q + dq };
        const nearest = Math.min(...points.map(({ p, q }) => 2 * Math.abs(p - asked.p_pcc_kW) + Math.abs(q - asked.q_pcc_kvar)));
        for (const method of methods) {
          const found = track(feeder, step, asked, { method, activeWeight: 2 });
          expect(found.status).toBe('optimal');
          expect(found.error_kVA).toBeLessThan(nearest + 1e-3);
          // A cell of the grid is some 20 kW wide.
          expect(found.error_kVA).toBeGreaterThan(nearest - 60);
          expect(found.isSaturated).toBe(Math.abs(dp) > 100);
        }
      }
    }
  });
});

describe('tracking with eleven agents on IEEE 33', () => {
  const feeder = feederOfAgents();
  const step = stepOfAgents(12);
  const band = reachableBand(feeder, step);
  const between = (share: number) => ({
    p_pcc_kW: band.pMin.p_pcc_kW + share * (band.pMax.p_pcc_kW - band.pMin.p_pcc_kW),
    q_pcc_kvar: 0.5 * (band.qMin.q_pcc_kvar + band.qMax.q_pcc_kvar),
  });

  it('commands inside the band are met; both ways find the same set-points, and the power flow agrees', () => {
    for (const share of [0.2, 0.5, 0.8]) {
      const [near, full] = methods.map((method) => track(feeder, step, between(share), { method, tolerance_frac: 1e-10 }));
      expect([near.method, full.method]).toEqual(methods);
      for (const { error_kVA, isSaturated, certificate, nearCost_max_kVA } of [near, full]) {
        expect(error_kVA).toBeLessThan(1e-3);
        expect([isSaturated, nearCost_max_kVA]).toEqual([false, 0]);
        expect(certificate.acCheck.pccShift_kVA).toBeLessThan(1e-6 * base_kVA);
        expect(certificate.dualResidual).toBeLessThan(1e-8);
        expect(certificate.primalResidual).toBeLessThan(1e-8);
        expect(certificate.primalResidual).toBeGreaterThan(0);
      }
      near.setpoints.p_kW.forEach((p, d) => expect(Math.abs(p - full.setpoints.p_kW[d])).toBeLessThan(0.05));
      near.setpoints.q_kvar.forEach((q, d) => expect(Math.abs(q - full.setpoints.q_kvar[d])).toBeLessThan(0.05));
    }
  });

  it('set-points keep their regions', () => {
    for (const share of [-1, 0.3, 2]) {
      const { setpoints } = track(feeder, step, between(share));
      step.regions.forEach(({ halfPlanes, s_max_kVA }, d) => {
        const [p, q] = [setpoints.p_kW[d], setpoints.q_kvar[d]];
        expect(Math.hypot(p, q)).toBeLessThan(s_max_kVA + 1e-6);
        for (const { a, b, c_kVA } of halfPlanes) expect(a * p + b * q).toBeLessThan(c_kVA + 1e-6);
      });
    }
  });

  it('far commands end at the edge of the band, which no direction passes', () => {
    const far = 50_000;
    // Against so small a weight the other power does not count.
    const options: TrackingOptions = { activeWeight: 1, reactiveWeight: 1e-6 };
    const low = track(feeder, step, { p_pcc_kW: -far, q_pcc_kvar: band.pMin.q_pcc_kvar }, options);
    const high = track(feeder, step, { p_pcc_kW: far, q_pcc_kvar: band.pMax.q_pcc_kvar }, options);
    expect([low.isSaturated, high.isSaturated]).toEqual([true, true]);
    expect(low.granted.p_pcc_kW).toBeCloseTo(band.pMin.p_pcc_kW, 1);
    expect(high.granted.p_pcc_kW).toBeCloseTo(band.pMax.p_pcc_kW, 1);
    const top = track(feeder, step, { p_pcc_kW: band.qMax.p_pcc_kW, q_pcc_kvar: far }, { activeWeight: 1e-6, reactiveWeight: 1 });
    expect(top.granted.q_pcc_kvar).toBeCloseTo(band.qMax.q_pcc_kvar, 1);
    expect(low.priceP_frac).toBeCloseTo(-1, 6);
    expect(high.priceP_frac).toBeCloseTo(1, 6);
    const corners = reachablePolygon(feeder, step, 8);
    expect(corners[0].p_pcc_kW).toBeCloseTo(band.pMax.p_pcc_kW, 2);
    expect(corners[6].q_pcc_kvar).toBeCloseTo(band.qMin.q_pcc_kvar, 2);
    corners.forEach((corner, k) => {
      const [c, s] = [Math.cos((Math.PI * k) / 4), Math.sin((Math.PI * k) / 4)];
      const reach = c * corner.p_pcc_kW + s * corner.q_pcc_kvar;
      for (const other of corners) expect(c * other.p_pcc_kW + s * other.q_pcc_kvar).toBeLessThan(reach + 0.01);
    });
  });

  it('prices are the change of the error with the command', () => {
    const asked = { p_pcc_kW: band.pMin.p_pcc_kW - 5, q_pcc_kvar: band.pMin.q_pcc_kvar + 50 };
    const options: TrackingOptions = { activeWeight: 1, reactiveWeight: 0.4, near: 'middle', method: 'opf' };
    const error = (dp: number, dq: number): number =>
      track(feeder, step, { p_pcc_kW: asked.p_pcc_kW + dp, q_pcc_kvar: asked.q_pcc_kvar + dq }, options).error_kVA;
    const { priceP_frac, priceQ_frac } = track(feeder, step, asked, options);
    expect((error(1, 0) - error(-1, 0)) / 2).toBeCloseTo(priceP_frac, 2);
    expect((error(0, 1) - error(0, -1)) / 2).toBeCloseTo(priceQ_frac, 2);
    expect(Math.abs(priceQ_frac)).toBeGreaterThan(0.005);
  });

  it('works in a network with loops', () => {
    const { network } = feeder;
    const meshed = { ...feeder, network: { ...network, branches: network.branches.map((x) => ({ ...x, inService: true })) } };
    const edges = reachableBand(meshed, step);
    const asked = { p_pcc_kW: 0.5 * (edges.pMin.p_pcc_kW + edges.pMax.p_pcc_kW), q_pcc_kvar: between(0.5).q_pcc_kvar };
    const [near, full] = methods.map((method) => track(meshed, step, asked, { method }));
    for (const { error_kVA, certificate } of [near, full]) {
      expect(error_kVA).toBeLessThan(1e-3);
      expect(certificate.acCheck.converged).toBe(true);
    }
    expect(near.method).toBe('projection');
    expect(near.loss_kW).toBeLessThan(track(feeder, step, asked).loss_kW);
    near.setpoints.p_kW.forEach((p, d) => expect(Math.abs(p - full.setpoints.p_kW[d])).toBeLessThan(0.2));
  });
});

describe('regions without room', () => {
  const segment: PowerRegion = {
    halfPlanes: [
      { a: -0.6, b: 0.8, c_kVA: 0 },
      { a: 0.6, b: -0.8, c_kVA: 0 },
    ],
    s_max_kVA: 100,
    p_min_kW: -80,
    p_max_kW: 0,
  };
  const point = box(50, 50, 50);
  const whole = feederOfAgents();

  it.each<[string, readonly PowerRegion[]]>([
    ['no resources at all', []],
    ['points', [box(0, 0, 0), point]],
    ['a hair', [box(-1e-7, 1e-7, 1e-3), point]],
    [
      'a night of sun with a power factor',
      [
        {
          ...segment,
          halfPlanes: [
            { a: -0.3, b: 0.95, c_kVA: 0 },
            { a: -0.3, b: -0.95, c_kVA: 0 },
          ],
          p_min_kW: 0,
          p_max_kW: 0,
        },
        box(0, 100, 100),
      ],
    ],
    ['a fixed power factor', [segment, box(0, 100, 100)]],
  ])('are no obstacle: %s', (_, regions) => {
    const feeder = { ...whole, resources: whole.resources.slice(0, regions.length) };
    const step = { ...stepOfAgents(12), regions };
    const { pMin, pMax } = reachableBand(feeder, step);
    const found = methods.map((method) => track(feeder, step, { p_pcc_kW: 3790, q_pcc_kvar: 2330 }, { method }));
    for (const { status, granted, setpoints } of found) {
      expect(status).toBe('optimal');
      expect(granted.p_pcc_kW).toBeGreaterThan(pMin.p_pcc_kW - 1e-3);
      expect(granted.p_pcc_kW).toBeLessThan(pMax.p_pcc_kW + 1e-3);
      if (regions[0] === segment) expect(setpoints.q_kvar[0]).toBeCloseTo(0.75 * setpoints.p_kW[0], 6);
    }
    expect(found[0].error_kVA).toBeCloseTo(found[1].error_kVA, 3);
  });
});

describe('limits of the wires', () => {
  const step = stepOfAgents(21);
  const free = reachableBand(feederOfAgents(), step);

  it.each(methods)('a voltage limit that binds is kept: %s', (method) => {
    const asked = { p_pcc_kW: free.pMin.p_pcc_kW + 400, q_pcc_kvar: free.qMin.q_pcc_kvar + 1300 };
    const open = track(feederOfAgents(), step, asked, { method, near: 'middle' });
    const v_min_pu = open.certificate.acCheck.v_min_pu + 0.001;
    const kept = track(feederOfAgents({ v_min_pu }), step, asked, { method, near: 'middle' });
    expect(kept.method).toBe(method);
    expect([open.isSaturated, kept.isSaturated]).toEqual([false, false]);
    expect(kept.certificate.acCheck.v_min_pu).toBeCloseTo(v_min_pu, method === 'projection' ? 8 : 4); // a barrier stays off it
    expect(kept.certificate.acCheck.v_violation_max_pu).toBeLessThan(1e-8);
  });

  it.each(['apparent', 'current'] as const)('a rating caps the import: %s', (limits) => {
    const rating_kVA = Math.hypot(free.pMin.p_pcc_kW, free.pMin.q_pcc_kvar) + 150;
    const feeder = { ...feederOfAgents({ rating_kVA }), limits };
    for (const method of methods) {
      const { status, isSaturated, certificate, granted } = track(feeder, step, free.pMax, { method });
      expect([status, isSaturated]).toEqual(['optimal', true]);
      expect(Math.hypot(granted.p_pcc_kW, granted.q_pcc_kvar)).toBeCloseTo(rating_kVA, 1);
      expect(certificate.acCheck.rating_violation_max_frac).toBeLessThan(1e-7);
    }
  });

  it('limits that no set-points keep are named', () => {
    const found = track(feederOfAgents({ v_min_pu: 0.99 }), step, free.pMin);
    expect(found.status).toBe('infeasible');
    expect(found.conflict[0]).toMatch(/^lower voltage limit of bus (18|32|33), missed by 0\.0\d+ pu$/);
    expect(found.notes[0]).toMatch(/cannot prove/);
    expect(found.priceP_frac).toBeNaN();
    const choked = track(feederOfAgents({ rating_kVA: 500 }), step, free.pMin);
    expect([choked.status, choked.conflict[0].split(',')[0]]).toEqual(['infeasible', 'rating of branch br1']);
    expect(reachableBand(feederOfAgents({ v_min_pu: 0.99 }), step).pMin.status).toBe('infeasible');
  });
});

describe('a day', () => {
  const feeder = feederOfAgents();
  const commandAt = (t: number) => {
    const { pMin, pMax, qMin, qMax } = reachableBand(feeder, stepOfAgents(t));
    const share = t === 20 ? 1.4 : 0.5 + 0.2 * Math.sin(t);
    return {
      p_pcc_kW: pMin.p_pcc_kW + share * (pMax.p_pcc_kW - pMin.p_pcc_kW),
      q_pcc_kvar: 0.5 * (qMin.q_pcc_kvar + qMax.q_pcc_kvar),
    };
  };
  const day = dayOfAgents(commandAt);

  it.each(methods)('warm starts change nothing, and only the command beyond the band is saturated: %s', (method) => {
    const options: TrackingOptions = { method, near: 'middle' };
    const { status, steps } = trackDay(feeder, day, options);
    expect(status).toBe('optimal');
    expect(steps.map(({ isSaturated }) => isSaturated)).toEqual(Array.from({ length: 24 }, (_, t) => t === 20));
    for (let t = 0; t < 24; t++) {
      const cold = track(feeder, stepOfAgents(t), day.commands[t], options);
      expect(steps[t].error_kVA).toBeCloseTo(cold.error_kVA, 2);
      expect(steps[t].certificate.acCheck.pccShift_kVA).toBeLessThan(1e-6 * base_kVA);
      if (t === 20) continue;
      steps[t].setpoints.p_kW.forEach((p, d) => expect(Math.abs(p - cold.setpoints.p_kW[d])).toBeLessThan(0.2));
    }
  });

  it('regions are asked for with what was granted before, and set-points stay near the last ones', () => {
    const seen: (Float64Array | undefined)[] = [];
    const steady = { p_pcc_kW: 3200, q_pcc_kvar: 2100 };
    const constant = dayOfAgents(() => steady);
    const { steps } = trackDay(feeder, {
      ...constant,
      regionsAt(t, before) {
        seen[t] = before?.p_kW;
        return regionsAt(t);
      },
    });
    expect(seen[0]).toBeUndefined();
    for (let t = 1; t < 24; t++) expect(seen[t]).toBe(steps[t - 1].setpoints.p_kW);
    // The same moment again: nothing needs to move.
    const again = track(feeder, stepOfAgents(12), steps[12].granted, {}, steps[12].setpoints);
    again.setpoints.p_kW.forEach((p, d) => expect(p).toBeCloseTo(steps[12].setpoints.p_kW[d], 3));
  });

  it('ends when it is told to, or when time is up', () => {
    let asked = 0;
    const stopped = trackDay(feeder, day, { shouldStop: () => ++asked > 30 });
    expect(stopped.status).toBe('stopped');
    expect(stopped.steps.length).toBeGreaterThan(1);
    expect(stopped.steps.length).toBeLessThan(20);
    let clock = 0;
    const late = trackDay(feeder, day, { timeLimit_s: 40, clock_s: () => clock++ });
    expect(late.status).toBe('time-limit');
    expect(late.steps.length).toBeLessThan(24);
    const atOnce = track(feeder, stepOfAgents(12), day.commands[12], { shouldStop: () => true });
    expect(atOnce.status).toBe('stopped');
  });
});

describe('questions that make no sense', () => {
  const feeder = feederOfAgents();
  const step = stepOfAgents(12);
  const command = { p_pcc_kW: 3000, q_pcc_kvar: 2000 };
  const here = (resource: RegulatedFeeder['resources'][number]): RegulatedFeeder => ({ ...feeder, resources: [resource] });

  it.each<[string, () => unknown]>([
    ['TRACKING_UNKNOWN_BUS', () => track(here({ id: 'x', bus: 33 }), step, command)],
    ['TRACKING_UNKNOWN_BUS', () => track({ ...feeder, slack: -1 }, step, command)],
    [
      'TRACKING_BUS_ISOLATED',
      () => track({ ...here({ id: 'x', bus: 17 }), isolated: [17] }, { ...step, regions: [box(0, 1, 2)] }, command),
    ],
    ['TRACKING_LENGTH', () => track(feeder, { ...step, regions: step.regions.slice(1) }, command)],
    ['TRACKING_LENGTH', () => track(feeder, { ...step, p_fixed_kW: new Float64Array(3) }, command)],
    ['TRACKING_LENGTH', () => trackDay(feeder, { ...dayOfAgents(() => command), commands: [command] })],
    ['TRACKING_NOT_A_NUMBER', () => track(feeder, step, { ...command, p_pcc_kW: Number.NaN })],
    ['TRACKING_NOT_A_NUMBER', () => track(feeder, step, command, { activeWeight: 0 })],
    ['TRACKING_NOT_A_NUMBER', () => track(feeder, step, command, { reactiveWeight: -1 })],
    ['TRACKING_NOT_A_NUMBER', () => track(feeder, step, command, { nearWeight_frac: 2 })],
    ['TRACKING_REGION_EMPTY', () => track(feeder, { ...step, regions: step.regions.map(() => box(2, 1, 5)) }, command)],
    ['TRACKING_REGION_UNBOUNDED', () => track(feeder, { ...step, regions: step.regions.map(() => box(0, 1, Infinity)) }, command)],
    ['TRACKING_LENGTH', () => preparePlanCheck(feeder).check(step, { p_kW: new Float64Array(2), q_kvar: new Float64Array(11) })],
  ])('%s', (code, ask) => {
    expect(ask).toThrow(new RegExp(`\\[${code}\\]`));
  });
});
