/**
 * Secondary control that speaks only when it has something to say: consensus on set-points (set-point-consensus.ts) with what agents said last
 * (triggered-law.ts), and two rules of when to speak (trigger-rules.ts).
 */
import { defineController } from '../contract.ts';
import { setPointExample, setPointParams, setPointSpeed } from '../set-point-consensus.ts';
import { disagreementRule, edgeRule } from './trigger-rules.ts';
import { triggeredLaw } from './triggered-law.ts';

const triggerParams = {
  sigma_frac: { type: 'number', min: 0, max: 1, default: 0.9, about: 'how much of the decrease of disagreement errors may cost, σ < 1' },
  floor_w_rad_per_s: {
    type: 'number',
    min: 0,
    default: 0.00316,
    about: 'errors of the frequency set-point below this are not worth a word',
  },
  floor_v_V: { type: 'number', min: 0, default: 0.00316, about: 'errors of the voltage set-point below this are not worth a word' },
} as const;

const triggerExample = { sigma_frac: 0.9, floor_w_rad_per_s: 0.00316, floor_v_V: 0.00316 };

export const eventTriggered = defineController({
  name: 'event-triggered',
  title: 'consensus on set-points, speaking only when the error of what was said last exceeds a part of the disagreement',
  theorem:
    'On a connected undirected graph without leaders and floors, with 0 < σ < 1 and 0 < a < 1/d: ½·Σ(x − mean)² decreases, the mean stays, consensus is reached (Dimarogonas, Frazzoli, Johansson 2012, theorem 3, with continuous checks). Checked every T, events are at least T apart. Floors leave a residue of their order.',
  params: {
    ...setPointParams,
    ...triggerParams,
    a_frac: { type: 'number', min: 1e-6, default: 0.2, about: 'shape of the threshold, below 1 over the sum of weights' },
  },
  example: { ...setPointExample, ...triggerExample, a_frac: 0.2 },
  ...setPointSpeed,
  build: (p) => triggeredLaw(p, disagreementRule(p.sigma_frac, p.a_frac)),
});

export const dynamicEventTriggered = defineController({
  name: 'dynamic-event-triggered',
  title: 'the same with a memory of what was saved: fewer words still, no floor needed against words without end',
  theorem:
    'On a connected undirected graph without leaders, χ(0) > 0: consensus is reached exponentially, the mean stays, and no agent speaks infinitely often in finite time (Yi, Liu, Dimarogonas, Johansson 2017, theorem 2).',
  params: {
    ...setPointParams,
    ...triggerParams,
    saved_per_s: { type: 'number', min: 0, default: 1, about: 'how much of the saved allowance may be used, 1/θ; 0: no memory' },
    fades_per_s: { type: 'number', min: 0, default: 0.5, about: 'how fast the saved allowance fades, β' },
  },
  example: { ...setPointExample, ...triggerExample, saved_per_s: 1, fades_per_s: 0.5 },
  ...setPointSpeed,
  build: (p) => triggeredLaw(p, edgeRule(p.sigma_frac), { saved_per_s: p.saved_per_s, fades_per_s: p.fades_per_s }),
});
