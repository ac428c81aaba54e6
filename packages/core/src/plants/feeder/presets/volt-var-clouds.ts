import type { Preset } from '../../../controllers/preset.ts';

export const voltVarPreset: Preset = {
  name: 'volt-var-clouds',
  title: 'Three levels of volt/var bring the voltage of a sunny feeder back',
  study: 'simulate',
  document: `# The sky over seven plants on the 33-bus feeder clears at 20 s. Without control the voltage rises to 1.087 pu; droop alone holds 1.074, all three levels the limit of 1.05.
# Set ramp, droop or share to zero to see what each of them does. For the full power flow: model: full.
# Run it:   gridflock run study.yaml --out out/volt-var

study: simulate
title: Three levels of volt/var on a sunny feeder
plant:
  kind: feeder
  network: ieee33
  model: linear
  load_frac: 0.4
  sun_frac: 0.3
  clouds: { clears_s: 20, after_frac: 0.95, until_s: 120 }
control:
  - name: volt-var
    kind: three-level-volt-var
    parameters: { ramp_kvar_per_pu: 5000, droop_kvar_per_pu: 3000, share_kvar_per_pu_per_s: 1000 }
    period_s: 0.1
    communication: { graph: ring }
start: plant
stop_s: 180
integrator: { method: rk4, step_s: 0.1 }
analysis: { delayMap: false }
`,
};
