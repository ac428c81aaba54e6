import type { Preset } from '../../preset.ts';

export const finiteTimePreset: Preset = {
  name: 'finite-time',
  title: 'Four stores balance their charge in 77 s, where the linear law needs 99 s',
  study: 'simulate',
  document: `# Four stores of 200 s at full power agree on charge and power in finite time. Largest deviation of power 0.5. Our scenario (published pair, parameters
# not given: 74 s against 120 s). For the linear law: power_frac 1, gain_energy_per_s 0.34, gain_power_per_s 0.051.
# Run it:   gridflock run study.yaml --out out/finite-time

study: simulate
title: Four stores balance their charge in finite time
plant:
  kind: storage-bank
  stores:
    - { id: es1, p_max_kW: 36, energy_kWh: 2, soc_frac: 0.7 }
    - { id: es2, p_max_kW: 36, energy_kWh: 2, soc_frac: 0.64 }
    - { id: es3, p_max_kW: 36, energy_kWh: 2, soc_frac: 0.58 }
    - { id: es4, p_max_kW: 36, energy_kWh: 2, soc_frac: 0.5 }
control:
  - name: balancing
    kind: finite-time-balancing
    parameters: { gain_energy_per_s: 0.122, gain_power_per_s: 0.0513, power_frac: 0.4 }
    period_s: 0.1
    communication: { graph: ring }
start: plant
stop_s: 120
`,
};
