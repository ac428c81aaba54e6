import type { Preset } from '../../preset.ts';

export const leaderFollowerPreset: Preset = {
  name: 'leader-follower',
  title: 'The law as it is often printed: P shared exactly, Q hardly better than under droop',
  study: 'simulate',
  document: `# One agent knows the references, the others follow their neighbours, all gains 4 1/s. The voltage law with equal gains is consensus on set voltages:
# reactive shares stay as under droop (spread about 78 %). Compare with: gridflock new study simulate --preset secondary-control
# Run it:   gridflock run study.yaml --out out/leader-follower

study: simulate
title: "The law as it is often printed: P shared exactly, Q hardly better than under droop"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: leader-follower-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 }
    each: { dg1: { pin_frac: 1 } }
    communication: { graph: ring, linkDelay_s: 0.005 }
events:
  - { at_s: 2, start: secondary }
  - { at_s: 10, set: load1.scale_frac, to: 1.3 }
stop_s: 18
`,
};
