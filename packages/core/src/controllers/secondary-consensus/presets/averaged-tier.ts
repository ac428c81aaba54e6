import type { Preset } from '../../preset.ts';

export const averagedTierPreset: Preset = {
  name: 'averaged-tier',
  title: 'The first 100 ms of a load step, with inner loops and line dynamics',
  study: 'simulate',
  document: `# Averaged converters: what the quasi-static tier does not show. The same agents and events, 61 states of the plant instead of 11.
# Run it:   gridflock run study.yaml --out out/averaged-tier

study: simulate
title: "The first 100 ms of a load step, with inner loops and line dynamics"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4, tier: averaged }
control:
  - name: secondary
    kind: leader-follower-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 }
    each: { dg1: { pin_frac: 1 } }
    communication: { graph: ring }
events:
  - { at_s: 0.5, start: secondary }
  - { at_s: 5, set: load1.scale_frac, to: 1.3 }
stop_s: 8
record: { every_s: 0.002 }
analysis: { delayMap: false }
`,
};
