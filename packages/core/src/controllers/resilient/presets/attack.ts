import type { Preset } from '../../preset.ts';

export const attackPreset: Preset = {
  name: 'attack',
  title: 'An attacked integrator, learnt and undone',
  study: 'simulate',
  document: `# From 10 s on somebody multiplies what the controller of inverter 2 hands to its integrator by 0.6 and adds 2 rad/s². The law learns both: frequency moves by
# some mHz and is back, through a load step, too. Compare with preset plain-attack. Our scenario.
# Run it:   gridflock run study.yaml --out out/attack

study: simulate
title: An attacked integrator, learnt and undone
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: attack-compensation
    parameters: { gain_w_per_s: 4, gain_v_per_s: 4 }
    each: { dg1: { pin_frac: 1 } }
    period_s: 0.01
    communication: { graph: ring }
events:
  - { at_s: 0.5, start: secondary }
  - { at_s: 10, set: secondary.dg2.attack_factor_frac, to: 0.6 }
  - { at_s: 10, set: secondary.dg2.attack_w_rad_per_s2, to: 2 }
  - { at_s: 20, set: load1.scale_frac, to: 1.3 }
stop_s: 30
`,
};
