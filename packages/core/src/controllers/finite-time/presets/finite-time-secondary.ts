import type { Preset } from '../../preset.ts';

export const finiteTimeSecondaryPreset: Preset = {
  name: 'finite-time-secondary',
  title: 'Frequency and active shares restored in finite time, without chatter',
  study: 'simulate',
  document: `# Four inverters; agents answer errors by their power 0.6, and arrive instead of approaching. The gain gives the same greatest rate of set-points
# as c = 4 of the linear law. Our scenario.
# Run it:   gridflock run study.yaml --out out/finite-time-secondary

study: simulate
title: Frequency and active shares restored in finite time
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: finite-time-secondary
    parameters: { gain_w_per_s: 5.43, gain_v_per_s: 4, power_frac: 0.6 }
    each: { dg1: { pin_frac: 1 } }
    period_s: 0.01
    communication: { graph: ring }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 8, set: load1.scale_frac, to: 1.3 }
stop_s: 14
`,
};
