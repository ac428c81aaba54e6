import type { Preset } from '../../preset.ts';

export const dynamicEventTriggeredPreset: Preset = {
  name: 'dynamic-event-triggered',
  title: 'The same with a memory of what was saved: fewer words still',
  study: 'simulate',
  document: `# As preset event-triggered, with a memory: what an agent did not use of its allowance it may use later. Our scenario.
# Run it:   gridflock run study.yaml --out out/dynamic-event-triggered

study: simulate
title: 'Agents that speak when it matters, and remember what they saved'
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: dynamic-event-triggered
    parameters: { gain_w_per_s: 4, gain_v_per_s: 4, sigma_frac: 0.9, saved_per_s: 1, fades_per_s: 0.5 }
    each: { dg1: { pin_frac: 1 } }
    period_s: 0.01
    communication: { graph: ring }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 15, set: load1.scale_frac, to: 1.3 }
stop_s: 29
`,
};
