import type { Preset } from '../../../controllers/preset.ts';

const clusters = Array.from({ length: 20 }, (_, k) => `tcl${k + 1}`).join(', ');

export const coolingFrequencyPreset: Preset = {
  name: 'cooling-frequency',
  title: 'Air conditioners halve the nadir, and return to comfort unnoticed',
  study: 'simulate',
  document: `# 0.08 pu is lost at 10 s; 20 clusters of air conditioners follow frequency for five minutes and then, on the operator's order, return to comfort so slowly that frequency does not notice.
# Run it:   gridflock run study.yaml --out out/cooling-frequency

study: simulate
title: Air conditioners halve the nadir
plant: { kind: areas, scenario: cooled-area }
control:
  - name: machines
    kind: area-control
    devices: [area1]
    parameters: { gain_i_per_s: 0.03 }
    period_s: 0
  # support of 3.34 of full power per hertz; four clusters hear their leader
  - name: cooling
    kind: cooling-follower
    devices: [${clusters}]
    leader: { device: area1, kind: cooling-leader, parameters: { support_frac: 3.34 }, heardBy: [tcl1, tcl6, tcl11, tcl16] }
    period_s: 0
    communication: { graph: ring }
start: plant
events:
  - { at_s: 10, set: area1.p_load_pu, to: 0.08 }
  - { at_s: 300, set: area1.recover_frac, to: 1 }
stop_s: 1200
integrator: { method: rodas4, relative_frac: 0.00001, absolute_frac: 0.000001 }
analysis: { delayMap: false }
`,
};
