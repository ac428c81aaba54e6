import type { Preset } from '../../../controllers/preset.ts';

export const dcSharingPreset: Preset = {
  name: 'dc-sharing',
  title: 'Four sources on direct current share by rating at their nominal voltage',
  study: 'simulate',
  document: `# Droop alone lets the voltage fall and shares unequally; from 1 s on the sources talk to their neighbours. At 6 s a quarter of load is added, at 12 s source 4 trips.
# Run it:   gridflock run study.yaml --out out/dc-sharing

study: simulate
title: Four sources on direct current
plant: { kind: dc-microgrid, scenario: dc-ring, loadKind: power }
control:
  - name: secondary
    kind: dc-consensus
    period_s: 0
    communication: { graph: ring }
events:
  - { at_s: 1, start: secondary }
  - { at_s: 6, set: load1.scale_frac, to: 1.25 }
  - { at_s: 12, open: source4 }
stop_s: 18
integrator: { method: rodas4 }
analysis: { sweep: { parameter: load1.scale_frac, from: 0.5, to: 8, points_count: 31 }, delayMap: false }
`,
};
