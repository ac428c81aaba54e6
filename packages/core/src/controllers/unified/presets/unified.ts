import type { Preset } from '../../preset.ts';

export const unifiedPreset: Preset = {
  name: 'unified',
  title: 'Four generators and two stores under one law that speaks at events only',
  study: 'simulate',
  document: `# Four generators and two stores on a ring agree on power as a part of their rating, the stores and the virtual energies of the generators on what was given; words at events only, with a dynamic
# threshold certified by matrix inequalities. Expect a tenth of the words of agents that speak every second, and the same settling (about 190 s). Our scenario.
# Run it:   gridflock run study.yaml --out out/unified

study: simulate
title: Generators and stores under one law
plant:
  kind: storage-bank
  generators:
    - { id: g1, p_max_kW: 36, p_start_kW: 18 }
    - { id: g2, p_max_kW: 36, p_start_kW: 21.6 }
    - { id: g3, p_max_kW: 36, p_start_kW: 14.4 }
    - { id: g4, p_max_kW: 36, p_start_kW: 25.2 }
  stores:
    - { id: e1, p_max_kW: 36, p_start_kW: 10.8, energy_kWh: 20, soc_frac: 0.9967 }
    - { id: e2, p_max_kW: 36, p_start_kW: 19.8, energy_kWh: 20, soc_frac: 0.99775 }
control:
  - name: unified
    kind: unified
    parameters: { pace_s: 10 }
    each:
      g1: { drawn_start_frac: 0.7 }
      g2: { drawn_start_frac: 0.62 }
      g3: { drawn_start_frac: 0.55 }
      g4: { drawn_start_frac: 0.5 }
    period_s: 1
    communication: { graph: ring }
start: plant
stop_s: 800
`,
};
