import { describe, expect, it } from 'vitest';
import { ringOf } from '../controllers/graph.ts';
import { leaderFollower } from '../controllers/secondary-consensus/leader-follower.ts';
import { TunedLaw } from '../controllers/tuned-law.ts';
import { describePlant } from './conformance.ts';
import { closeLoop } from './control-loop.ts';
import { delayMargin, delaySystemOf } from './delay-spectrum.ts';
import { quasiStaticMicrogrid } from './microgrid/quasi-static.ts';
import { modesAt } from './modes.ts';
import { findOperatingPoint } from './operating-point.ts';
import type { Plant } from './plant.ts';
import { inverterChain } from './scenarios/inverter-chain.ts';

const chain = inverterChain(4);

const agents = (ids: readonly string[], gain: number) =>
  chain.inverters
    .filter(({ id }) => ids.includes(id))
    .map(({ id, droop_rad_per_s_per_kW, droop_V_per_kvar }, k) => {
      const gains = { gain_w_per_s: gain, gain_p_per_s: gain, gain_v_per_s: gain, gain_q_per_s: gain };
      const tuning = new TunedLaw(leaderFollower, {
        ...leaderFollower.example,
        ...gains,
        droop_rad_per_s_per_kW,
        droop_V_per_kvar,
        pin_frac: k === 0 ? 1 : 0,
      });
      return { device: id, law: tuning.build(), tuning };
    });

const all = ['dg1', 'dg2', 'dg3', 'dg4'];
const loop = (gain: number): Plant => closeLoop(quasiStaticMicrogrid(chain), agents(all, gain), ringOf(all), { name: 'secondary' });
const spectrum = (plant: Plant): number[] => {
  const { x, u } = findOperatingPoint(plant);
  return modesAt(plant, x, u).map(({ re_per_s }) => re_per_s);
};

/** Two groups, one over the other: an inner one that hears late, an outer one that measures late. */
const nested = (): Plant => {
  const inner = closeLoop(quasiStaticMicrogrid(chain), agents(['dg1', 'dg2'], 4), ringOf(['dg1', 'dg2']), {
    name: 'west',
    linkDelay_s: 0.03,
  });
  return closeLoop(inner, agents(['dg3', 'dg4'], 2), ringOf(['dg3', 'dg4']), { name: 'east', measureDelay_s: 0.02 });
};

describePlant('loop of tuned laws', () => loop(4));
describePlant('loop over a loop', nested);

describe('parameters of laws in a loop', () => {
  it('a gain that is changed gives the modes of a loop that was built with it', () => {
    const plant = loop(4);
    const x = new Float64Array(plant.states.length);
    for (const name of ['gain_w_per_s', 'gain_p_per_s', 'gain_v_per_s', 'gain_q_per_s']) plant.change(`secondary.${name}`, 8, x);
    spectrum(plant).forEach((re, k) => expect(re).toBeCloseTo(spectrum(loop(8))[k], 6));
    plant.change('secondary.speed_frac', 0.5, x);
    spectrum(plant).forEach((re, k) => expect(re).toBeCloseTo(spectrum(loop(4))[k], 6));
    expect(plant.readParameter('secondary.gain_w_per_s')).toBe(8);
  });

  it('one agent alone may be changed', () => {
    const plant = loop(4);
    plant.change('secondary.dg2.pin_frac', 1, new Float64Array(plant.states.length));
    expect(plant.readParameter('secondary.dg2.pin_frac')).toBe(1);
    expect(plant.readParameter('secondary.dg3.pin_frac')).toBe(0);
    // two leaders settle sooner than one: λ_min(L + G) grows
    expect(spectrum(plant)[0]).toBeLessThan(spectrum(loop(4))[0]);
  });
});

describe('a loop over a loop', () => {
  it('keeps the names and the delays of both', () => {
    const plant = nested();
    expect(plant.parameters).toEqual(
      expect.arrayContaining(['west.isOn', 'east.isOn', 'west.link.dg1.dg2.weight_frac', 'east.dg4.pin_frac']),
    );
    expect(plant.delays!.map(({ delay_s }) => delay_s)).toEqual([...new Array(8).fill(0.03), ...new Array(8).fill(0.02)]);
    for (const { input } of plant.delays!) expect(plant.inputs[input]).toMatch(/^(west\.heard|east\.measured)\./);
    const { status, x } = findOperatingPoint(
      closeLoop(
        closeLoop(quasiStaticMicrogrid(chain), agents(['dg1', 'dg2'], 4), ringOf(['dg1', 'dg2'])),
        agents(['dg3', 'dg4'], 2),
        ringOf(['dg3', 'dg4']),
        { name: 'east' },
      ),
    );
    expect(status).toBe('found');
    // both leaders hold one frequency: how the groups split the power is left free, a root at zero
    expect(delayMargin(delaySystemOf(plant, x), { nodes_count: 8, neutral_per_s: 1e-4 })).toMatchObject({ status: 'limited' });
  });
});
