import type { Preset } from '../../preset.ts';

export const eventTriggeredPreset: Preset = {
  name: 'event-triggered',
  title: 'Agents that speak only when it matters: a fourteenth of the words, the same settling',
  study: 'simulate',
  document: `# Four inverters; from the start agents agree on set-points and check every 10 ms whether they have to speak. Our scenario.
# Expect the settling of secondary control that speaks every 10 ms (about 4 s to 10 mHz) with less than a tenth of its messages.
# Run it:   gridflock run study.yaml --out out/event-triggered

study: simulate
title: 'Agents that speak only when it matters'
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: event-triggered
    parameters: { gain_w_per_s: 4, gain_v_per_s: 4, sigma_frac: 0.9, a_frac: 0.2 }
    each: { dg1: { pin_frac: 1 } }
    period_s: 0.01
    communication: { graph: ring }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 15, set: load1.scale_frac, to: 1.3 }
stop_s: 29
`,
};
