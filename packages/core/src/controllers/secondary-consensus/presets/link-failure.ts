import type { Preset } from '../../preset.ts';

export const linkFailurePreset: Preset = {
  name: 'link-failure',
  title: 'A ring loses a link: slower, the same end',
  study: 'simulate',
  document: `# The link between agents 1 and 4 is lost just before a load step; the ring becomes a line. Shares come within 1 % later than with the whole ring, and to the same end.
# Run it:   gridflock run study.yaml --out out/link-failure

study: simulate
title: "A ring loses a link: slower, the same end"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: leader-follower-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 }
    each: { dg1: { pin_frac: 1 } }
    communication: { graph: ring }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 11, set: load1.scale_frac, to: 1.3 }
  - { at_s: 21, set: load1.scale_frac, to: 1 }
  - { at_s: 30, cut: [dg4, dg1] }
  - { at_s: 31, set: load1.scale_frac, to: 1.3 }
  - { at_s: 41, set: load1.scale_frac, to: 1 }
stop_s: 51
`,
};
