import type { Preset } from '../../preset.ts';

export const delay60MsPreset: Preset = {
  name: 'delay-60-ms',
  title: 'Measurements 60 ms late: it settles',
  study: 'simulate',
  document: `# Measurements reach the agents 60 ms late, over a network between plant and controllers. At a gain of 4 1/s the loop bears 96 ms: it settles.
# The delay-gain map of the report shows both, and which gain would bear the delay.
# Run it:   gridflock run study.yaml --out out/delay-60-ms

study: simulate
title: "Measurements 60 ms late: it settles"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: leader-follower-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 }
    each: { dg1: { pin_frac: 1 } }
    period_s: 0.01
    communication: { graph: ring, measureDelay_s: 0.06 }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 11, set: load1.scale_frac, to: 1.1 }
stop_s: 20
analysis: { delay_s: 0.06, used_frac: 0.6 }
`,
};
