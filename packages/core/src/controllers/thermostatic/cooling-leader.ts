/**
 * Leads clusters of air conditioners: in support by frequency, in recovery back to comfort, as the operator orders. It keeps a typical home of its own.
 *
 * | mode | dα₀/dt |
 * |---|---|
 * | support, r = 0 | (clip(α_rest + K_f·Δf) − α₀)/T_s |
 * | recovery, r = 1 | clip((clip(α_rest + k·(β₀ − ½)) − α₀)/T_r, ±ρ): slow, so that frequency does not notice |
 *
 * between them in proportion;  dβ₀/dt = [leak·(½ − β₀) + cool·(α_rest − α₀)]/3600. α is power as a part of full power, β is comfort: ½ at the set temperature, 0 and 1 at the
 * ends of the band, above ½ when too warm. From C·dT/dt = (T_a − T)/R − η·P̄·α: leak = 1/(R·C), cool = η·P̄/(2·ΔT·C) per hour. (The state matrix of the slide has its columns exchanged.)
 * @source the sheet on control, section 12.1, after Yang et al., Automatica 94 (2018); modes: Wang, Xu et al. (Applied Energy 2019, abstract)
 */
import { defineController, type Law } from '../contract.ts';

const S_PER_H = 3600;

export const coolingLeader = defineController({
  name: 'cooling-leader',
  title: 'power of many air conditioners follows frequency, or returns them to comfort',
  theorem:
    'Support is a droop of K_f per hertz behind a lag; comfort leaves its band no faster than cool·K_f·|Δf| per hour. In recovery β₀ tends to ½: for 0 < k the pair (α₀, β₀) is a stable linear system of second order inside its limits.',
  params: {
    rest_frac: { type: 'number', min: 0, max: 1, about: 'power that holds the set temperature' },
    leak_per_h: { type: 'number', min: 0, about: '1/(R·C) of a home' },
    cool_per_h: { type: 'number', min: 0, about: 'how fast comfort moves at full power' },
    support_frac: { type: 'number', min: 0, about: 'part of full power that one hertz calls' },
    support_s: { type: 'number', min: 1e-3, default: 0.2, about: 'lag of support' },
    recover_gain_frac: {
      type: 'number',
      min: 0,
      default: 0.6,
      about: 'part of full power by which a whole band of discomfort is answered',
    },
    recover_s: { type: 'number', min: 1e-3, default: 60, about: 'lag of recovery' },
    recover_rate_per_s: { type: 'number', min: 0, default: 1 / 600, about: 'power moves no faster in recovery' },
  },
  example: {
    rest_frac: 0.494,
    leak_per_h: 0.25,
    cool_per_h: 1.35,
    support_frac: 0.01,
    support_s: 0.2,
    recover_gain_frac: 0.6,
    recover_s: 60,
    recover_rate_per_s: 1 / 600,
  },
  build(p): Law {
    const { rest_frac, leak_per_h, cool_per_h, support_frac, support_s, recover_gain_frac, recover_s, recover_rate_per_s } = p;
    const supportRate = (alpha: number, deviation: number): number =>
      (clip(rest_frac + support_frac * deviation, 0, 1) - alpha) / support_s;
    const recovery = (beta: number): number => rest_frac + recover_gain_frac * (beta - 0.5);
    const recoverRate = (alpha: number, beta: number): number => (clip(recovery(beta), 0, 1) - alpha) / recover_s;
    return {
      states: ['alpha_lead_frac', 'comfort_lead_frac'],
      measures: ['deviation_Hz', 'recover_frac'],
      commands: [],
      says: ['alpha_frac', 'comfort_frac'],
      startInto(_commands, x) {
        x[0] = rest_frac;
        x[1] = 0.5;
      },
      rateInto(x, y, _heard, rate) {
        const r = y[1];
        rate[0] = (1 - r) * supportRate(x[0], y[0]) + r * clip(recoverRate(x[0], x[1]), -recover_rate_per_s, recover_rate_per_s);
        rate[1] = (leak_per_h * (0.5 - x[1]) + cool_per_h * (rest_frac - x[0])) / S_PER_H;
      },
      commandInto() {},
      sayInto(x, _y, said) {
        said.set(x);
      },
      tangentInto({ x, y }, d, out) {
        const r = y[1];
        const wished = recoverRate(x[0], x[1]);
        const dSupport = (slope(rest_frac + support_frac * y[0], 0, 1) * support_frac * d.y[0] - d.x[0]) / support_s;
        const dWished = (slope(recovery(x[1]), 0, 1) * recover_gain_frac * d.x[1] - d.x[0]) / recover_s;
        const dRecover = slope(wished, -recover_rate_per_s, recover_rate_per_s) * dWished;
        const between = clip(wished, -recover_rate_per_s, recover_rate_per_s) - supportRate(x[0], y[0]);
        out.rate[0] = (1 - r) * dSupport + r * dRecover + between * d.y[1];
        out.rate[1] = -(leak_per_h * d.x[1] + cool_per_h * d.x[0]) / S_PER_H;
        out.said.set(d.x);
      },
    };
  },
});

const clip = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const slope = (value: number, least: number, most: number): number => (value > least && value < most ? 1 : 0);
