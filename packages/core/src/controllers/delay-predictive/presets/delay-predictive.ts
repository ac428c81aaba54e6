import type { Preset } from '../../preset.ts';

export const delayPredictivePreset: Preset = {
  name: 'delay-predictive',
  title: 'Words that say where things are going: 103 ms of delay borne, where 96 ms are the limit without',
  study: 'simulate',
  document: `# Four inverters, gain 4, every word 103 ms late, an agent's own too. Agents say their rates and act on where things will be in 27.6 ms: the loop settles.
# With ahead_s: 0 it oscillates more and more. Our scenario.
# Run it:   gridflock run study.yaml --out out/delay-predictive

study: simulate
title: Words that say where things are going
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4, tellsRates: true }
control:
  - name: secondary
    kind: delay-predictive
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 4, gain_q_per_s: 4, ahead_s: 0.0276 }
    each: { dg1: { pin_frac: 1 } }
    period_s: 0
    communication: { graph: ring, linkDelay_s: 0.103 }
events:
  - { at_s: 1, start: secondary }
stop_s: 16
analysis: { delayMap: false }
`,
};
