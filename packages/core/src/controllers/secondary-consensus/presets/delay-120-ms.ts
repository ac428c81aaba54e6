import type { Preset } from '../../preset.ts';

export const delay120MsPreset: Preset = {
  name: 'delay-120-ms',
  title: 'Measurements 120 ms late: it oscillates',
  study: 'simulate',
  document: `# Measurements reach the agents 120 ms late. At a gain of 4 1/s the loop bears 96 ms: it oscillates, as the analysis says before the run.
# The delay-gain map of the report shows both, and which gain would bear the delay.
# Run it:   gridflock run study.yaml --out out/delay-120-ms

study: simulate
title: "Measurements 120 ms late: it oscillates"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: leader-follower-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 }
    each: { dg1: { pin_frac: 1 } }
    period_s: 0.01
    communication: { graph: ring, measureDelay_s: 0.12 }
events:
  - { at_s: 1, start: secondary }
stop_s: 4
analysis: { delay_s: 0.12, used_frac: 0.6 }
`,
};
