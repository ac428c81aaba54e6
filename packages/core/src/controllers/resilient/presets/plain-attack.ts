import type { Preset } from '../../preset.ts';

export const plainAttackPreset: Preset = {
  name: 'plain-attack',
  title: 'The same attack on plain secondary control: 0.13 Hz and a quarter of the sharing',
  study: 'simulate',
  document: `# The attack of preset attack on a law that does not adapt: frequency stays off by about 0.13 Hz, active shares differ by about 27 %. Our scenario.
# Run it:   gridflock run study.yaml --out out/plain-attack

study: simulate
title: An attack on plain secondary control
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: attack-compensation
    parameters: { gain_w_per_s: 4, gain_v_per_s: 4, hold_per_s: 0, adapt_factor_frac: 0, adapt_offset_per_s: 0 }
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
