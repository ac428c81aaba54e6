import type { Preset } from '../../preset.ts';

export const dapiPreset: Preset = {
  name: 'dapi',
  title: 'Distributed averaging on the chain of Simpson-Porco et al.',
  study: 'simulate',
  document: `# Nominal frequency, shared P, a compromise between voltages and reactive shares. On at 7 s; an extra load at bus 1 from 22 to 36 s.
# Frequency comes back as exp(−t/k), k = 1.7 s: 6.5 s to 10 mHz. A larger b_V shares Q faster until the filters of powers make it unstable: look at the eigenvalues.
# In continuous time: at this b_V the loop bears one millisecond of delay.
# Run it:   gridflock run study.yaml --out out/dapi

study: simulate
title: "Distributed averaging on the chain of Simpson-Porco et al."
plant: { kind: microgrid, scenario: dapi-chain }
control:
  - name: averaging
    kind: dapi
    # 180 V peak, as the source counts, in line-to-line volts
    parameters: { k_s: 1.7, kappa_s: 1, a_frac: 1, b_V: 220.5, beta_frac: 1.2 }
    period_s: 0
    communication: { graph: ring }
events:
  - { at_s: 0, set: extra.scale_frac, to: 0 }
  - { at_s: 7, start: averaging }
  - { at_s: 22, set: extra.scale_frac, to: 1 }
  - { at_s: 36, set: extra.scale_frac, to: 0 }
stop_s: 48
analysis: { sweep: { parameter: averaging.b_V, from: 50, to: 400, points_count: 57, spacing: linear } }
`,
};
