import type { Preset } from '../../../controllers/preset.ts';

export const threeAreasPreset: Preset = {
  name: 'three-areas',
  title: 'Three areas return by themselves; one tie opens on the way',
  study: 'simulate',
  document: `# Load comes on in three areas at once; each brings its own frequency and ties back. The slowest return is neither at a small nor at a large integral gain: try 0.1, 0.3 and 0.5.
# Run it:   gridflock run study.yaml --out out/three-areas

study: simulate
title: Three areas return by themselves
plant: { kind: areas, scenario: three-areas }
control:
  - name: areas
    kind: area-control
    devices: [area1, area2, area3]
    parameters: { gain_i_per_s: 0.3 }
    period_s: 0
    communication: { graph: line }
start: plant
events:
  - { at_s: 1, set: area1.p_load_pu, to: 0.1 }
  - { at_s: 1, set: area2.p_load_pu, to: 0.08 }
  - { at_s: 1, set: area3.p_load_pu, to: 0.05 }
  - { at_s: 60, open: tie12 }
stop_s: 120
analysis: { delayMap: false }
`,
};
