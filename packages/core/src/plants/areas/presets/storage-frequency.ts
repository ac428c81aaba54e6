import type { Preset } from '../../../controllers/preset.ts';

export const storageFrequencyPreset: Preset = {
  name: 'storage-frequency',
  title: 'Ten storages lift the nadir of two areas, and balance their charges',
  study: 'simulate',
  document: `# 0.02 pu of load comes on in area 1. Its observer sees what is missing, its ten storages give it within a second, each hearing two neighbours only, and hand over to the
# machines as these catch up. Without them: delete the group "storage", and the nadir is -43 instead of -26 mHz.
# Run it:   gridflock run study.yaml --out out/storage-frequency

study: simulate
title: Ten storages lift the nadir of two areas
plant:
  kind: areas
  scenario: two-areas
  storages:
    - { id: ess1, area: area1, p_max_pu: 0.002, e_start_frac: 0.53 }
    - { id: ess2, area: area1, p_max_pu: 0.002, e_start_frac: 0.46 }
    - { id: ess3, area: area1, p_max_pu: 0.002, e_start_frac: 0.55 }
    - { id: ess4, area: area1, p_max_pu: 0.002, e_start_frac: 0.49 }
    - { id: ess5, area: area1, p_max_pu: 0.002, e_start_frac: 0.452 }
    - { id: ess6, area: area1, p_max_pu: 0.002, e_start_frac: 0.51 }
    - { id: ess7, area: area1, p_max_pu: 0.002, e_start_frac: 0.544 }
    - { id: ess8, area: area1, p_max_pu: 0.002, e_start_frac: 0.475 }
    - { id: ess9, area: area1, p_max_pu: 0.002, e_start_frac: 0.52 }
    - { id: ess10, area: area1, p_max_pu: 0.002, e_start_frac: 0.458 }
control:
  # the other area returns by its machines alone
  - name: machines
    kind: area-control
    devices: [area2]
    parameters: { gain_i_per_s: 0.2 }
    period_s: 0
  # area 1 leads its storages; only the first of them hears it
  - name: storage
    kind: storage-support
    devices: [ess1, ess2, ess3, ess4, ess5, ess6, ess7, ess8, ess9, ess10]
    leader: { device: area1, kind: area-control, parameters: { gain_i_per_s: 0.2 }, heardBy: [ess1] }
    period_s: 0
    communication: { graph: ring }
start: plant
events:
  - { at_s: 1, set: area1.p_load_pu, to: 0.02 }
stop_s: 60
integrator: { method: rk4, step_s: 0.001 }
analysis: { delayMap: false }
`,
};
