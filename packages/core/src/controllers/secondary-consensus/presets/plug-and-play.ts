import type { Preset } from '../../preset.ts';

export const plugAndPlayPreset: Preset = {
  name: 'plug-and-play',
  title: 'An inverter is taken out and put back while the others hold the frequency',
  study: 'simulate',
  document: `# Inverter 4 leaves with its agent: links first, then its breaker; its voltage goes on beside the grid. At 22 s the breaker closes again, at 23 s the links are back.
# Run it:   gridflock run study.yaml --out out/plug-and-play

study: simulate
title: "An inverter is taken out and put back while the others hold the frequency"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: secondary-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 2, gain_q_per_s: 20, observer_per_s: 5 }
    each: { dg1: { pin_frac: 1 } }
    communication: { graph: ring, linkDelay_s: 0.005 }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 10, isolate: dg4 }
  - { at_s: 10, open: dg4 }
  - { at_s: 22, close: dg4 }
  - { at_s: 23, rejoin: dg4 }
stop_s: 36
`,
};
