import { describe, expect, it } from 'vitest';
import { describePlant } from '../conformance.ts';
import { modesAt } from '../modes.ts';
import { findOperatingPoint } from '../operating-point.ts';
import type { Plant } from '../plant.ts';
import { inverterChain } from '../scenarios/inverter-chain.ts';
import { simulate } from '../simulate.ts';
import { traceModes } from '../trace.ts';
import { averagedMicrogrid } from './averaged.ts';
import { dynamicPhasorMicrogrid } from './dynamic-phasor.ts';
import type { Microgrid } from './microgrid.ts';
import { quasiStaticMicrogrid } from './quasi-static.ts';

describePlant('dynamic phasors', () => dynamicPhasorMicrogrid(inverterChain(4)));

/**
 * K2. Equilibria and dominant modes of the four-inverter chain by tier, as computed independently with numpy and scipy (the project's sheet on
 * control, section 2); parameters of Bidram, Lewis, Davoudi (2014).
 */
const table: Readonly<Record<string, { build: (chain: Microgrid) => Plant; p1_kW: number; modes: [number, number][] }>> = {
  'quasi-static': {
    build: quasiStaticMicrogrid,
    p1_kW: 22.8751,
    modes: [
      [-11.5, 48.4],
      [-12.0, 42.0],
      [-14.3, 15.6],
      [-31.4, 0],
      [-34.2, 0],
      [-50.9, 0],
      [-94.8, 0],
      [-106, 0],
    ],
  },
  'dynamic phasors': {
    build: dynamicPhasorMicrogrid,
    p1_kW: 22.9608,
    modes: [
      [-9.86, 50.0],
      [-10.7, 43.4],
      [-13.9, 16.2],
      [-31.2, 0],
      [-34.5, 0],
      [-52.7, 0],
    ],
  },
  averaged: {
    build: (chain) => averagedMicrogrid(chain, { shunt_ohm: 1e4 }),
    p1_kW: 22.9754,
    modes: [
      [-7.28, 52.3],
      [-8.91, 45.1],
      [-13.8, 16.4],
      [-31.2, 0],
      [-34.5, 0],
      [-53.2, 0],
      [-63, 141],
    ],
  },
};

describe('K2: the tiers at the droop equilibrium', () => {
  it.each(Object.entries(table))('%s', (_name, { build, p1_kW, modes }) => {
    const plant = build(inverterChain(4));
    const { status, x, u, residual } = findOperatingPoint(plant);
    expect(status, `${residual.state} ${residual.size}`).toBe('found');
    const y = new Float64Array(plant.outputs.length);
    plant.outputsInto(x, u, y);
    const output = (name: string): number => y[plant.outputs.indexOf(name)];
    expect(Math.abs(output('dg1.p_kW') / p1_kW - 1)).toBeLessThan(1e-5);
    const found = modesAt(plant, x, u);
    modes.forEach(([re, im], k) => {
      expect(Math.abs(found[k].re_per_s / re - 1), `${found[k].re_per_s}`).toBeLessThan(6e-3);
      expect(Math.abs(found[k].im_rad_per_s - im), `${found[k].im_rad_per_s}`).toBeLessThan(im > 100 ? 0.6 : 0.06);
    });
    // droop shares active power exactly
    const shares = [0.094, 0.094, 0.125, 0.125].map((m, k) => m * output(`dg${k + 1}.p_kW`));
    for (const share of shares) expect(share).toBeCloseTo(shares[0], 9);
  });

  it('the quasi-static tier at rest: frequency, voltages, and 80 % spread of reactive shares', () => {
    const plant = quasiStaticMicrogrid(inverterChain(4));
    const { x, u } = findOperatingPoint(plant);
    const y = new Float64Array(plant.outputs.length);
    plant.outputsInto(x, u, y);
    expect(y[0] / (2 * Math.PI)).toBeCloseTo(49.6578, 4);
    [363.4, 368.6, 355.2, 366.2].forEach((v, k) => expect(y[4 * k + 1]).toBeCloseTo(v, 0));
    const shares = [1.3, 1.3, 1.5, 1.5].map((n, k) => n * y[4 * k + 3]);
    const mean = shares.reduce((sum, each) => sum + each, 0) / 4;
    expect((Math.max(...shares) - Math.min(...shares)) / mean).toBeCloseTo(0.8, 2);
  });

  it('a power-sharing mode takes place in angles and powers', () => {
    const plant = quasiStaticMicrogrid(inverterChain(4));
    const { x, u } = findOperatingPoint(plant);
    const [slowest] = modesAt(plant, x, u);
    const share = slowest.participation
      .filter(({ state }) => /delta_rad|p_kW/.test(state))
      .reduce((sum, { share_frac }) => sum + share_frac, 0);
    expect(share).toBeGreaterThan(0.9);
  });

  it('all tiers follow the same droop when a load is switched', () => {
    const ends = Object.values(table).map(({ build }) => {
      const plant = build(inverterChain(4));
      const run = simulate(plant, {
        method: 'rodas4',
        stop_s: 3,
        events: [{ at_s: 1, name: 'load1.scale_frac', value: 1.3 }],
        record_s: 3,
      });
      expect(run.status, run.diagnosis).toBe('done');
      return run.values[run.outputs.length];
    });
    for (const w of ends) expect(Math.abs(w - ends[0])).toBeLessThan(0.03);
  });
});

describe('modes over a droop gain', () => {
  it('larger droops damp the power-sharing mode less, until it grows', () => {
    const plant = averagedMicrogrid(inverterChain(4));
    const points = traceModes(plant, 'dg1.droop_rad_per_s_per_kW', [0.05, 0.094, 0.2, 0.4, 0.8]);
    expect(points.map(({ status }) => status)).toEqual(['found', 'found', 'found', 'found', 'found']);
    for (let k = 1; k < points.length; k++) expect(points[k].abscissa_per_s).toBeGreaterThan(points[k - 1].abscissa_per_s);
    expect(points[0].abscissa_per_s).toBeLessThan(0);
    expect(points.at(-1)!.abscissa_per_s).toBeGreaterThan(0);
    expect(plant.readParameter('dg1.droop_rad_per_s_per_kW')).toBe(0.094);
  });
});
