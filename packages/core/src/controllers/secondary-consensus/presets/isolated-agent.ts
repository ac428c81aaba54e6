import type { Preset } from '../../preset.ts';

export const isolatedAgentPreset: Preset = {
  name: 'isolated-agent',
  title: 'An agent cut off from all others: frequency holds, sharing does not',
  study: 'simulate',
  document: `# Agent 4 loses both links; then load 1 grows by 30 %. Frequency comes back to 50 Hz and the other three share exactly, inverter 4 keeps another share: about 14 % between all four.
# At 26 s its links are back, and so is the sharing.
# Run it:   gridflock run study.yaml --out out/isolated-agent

study: simulate
title: "An agent cut off from all others: frequency holds, sharing does not"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: leader-follower-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4 }
    each: { dg1: { pin_frac: 1 } }
    communication: { graph: ring }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 10, isolate: dg4 }
  - { at_s: 12, set: load1.scale_frac, to: 1.3 }
  - { at_s: 26, rejoin: dg4 }
stop_s: 36
`,
};
