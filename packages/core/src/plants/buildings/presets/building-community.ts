import type { Preset } from '../../../controllers/preset.ts';

export const buildingCommunityPreset: Preset = {
  name: 'building-community',
  title: 'Six buildings keep their plan with the grid under each other’s clouds',
  study: 'simulate',
  document: `# Clouds pass over two of six buildings. Each estimates the mean of what all have too much or too little, which changes while they estimate it, and cools accordingly.
# Run it:   gridflock run study.yaml --out out/building-community

study: simulate
title: Six buildings keep their plan with the grid
plant: { kind: buildings }
control:
  - name: community
    kind: dynamic-average
    period_s: 0.1
    communication: { graph: ring }
start: plant
events:
  - { at_s: 20, set: building2.p_sun_kW, to: 5 }
  - { at_s: 20, set: building5.p_sun_kW, to: 12 }
  - { at_s: 200, set: building2.p_sun_kW, to: 30 }
stop_s: 400
analysis: { delayMap: false }
`,
};
