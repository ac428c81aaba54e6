import type { Preset } from '../../preset.ts';

export const secondaryControlPreset: Preset = {
  name: 'secondary-control',
  title: 'Frequency, mean voltage and both powers restored by the accurate law',
  study: 'simulate',
  document: `# Four inverters under droop; from 2 s on agents restore 50 Hz and the mean voltage and share P and Q exactly, through a load step of 30 %.
# Bidram, Lewis, Davoudi (2014). Expect 50 Hz within 10 mHz about 4 s after the start, and both spreads below 1 %.
# The mean voltage ends 1.9 V above 380 V: agents hear each other some 10 ms late, which breaks the sum of their observers' states; with period_s: 0 it is exact.
# Run it:   gridflock run study.yaml --out out/secondary-control

study: simulate
title: "Frequency, mean voltage and both powers restored by the accurate law"
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4 }
control:
  - name: secondary
    kind: secondary-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 2, gain_q_per_s: 20, observer_per_s: 5 }
    each: { dg1: { pin_frac: 1 } }
    communication: { graph: ring, linkDelay_s: 0.005 }
events:
  - { at_s: 2, start: secondary }
  - { at_s: 10, set: load1.scale_frac, to: 1.3 }
stop_s: 18
`,
};
