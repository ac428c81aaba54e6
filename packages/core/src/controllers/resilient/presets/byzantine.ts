import type { Preset } from '../../preset.ts';

export const byzantinePreset: Preset = {
  name: 'byzantine',
  title: 'An agent that lies to all, and agents that leave out the most extreme',
  study: 'simulate',
  document: `# All agents hear each other and know the references a little. From 5 s on agent 4 says 5 rad/s too much; the others leave out the most extreme of what they hear, and frequency
# stays. With liars_count: 0 it goes off by more than 0.2 Hz. Our scenario.
# Run it:   gridflock run study.yaml --out out/byzantine

study: simulate
title: An agent that lies to all
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: trimmed-consensus
    parameters: { gain_w_per_s: 4, gain_v_per_s: 4, pin_frac: 0.3, liars_count: 1 }
    period_s: 0.01
    communication: { graph: complete }
events:
  - { at_s: 0.5, start: secondary }
  - { at_s: 5, set: secondary.dg4.attack_said_w_rad_per_s, to: 5 }
stop_s: 20
`,
};
