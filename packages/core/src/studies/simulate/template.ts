/** The commented study file that `gridflock new study simulate` prints. */
export const template = `# Four inverters of an islanded microgrid: droop first, then agents that restore frequency and share power, through a load step, a lost link and an isolated agent.
# Run it:   npx gridflock run examples/20-microgrid.yaml --out out/microgrid
# Every key is checked; units are in the keys. Others: gridflock list presets, gridflock new study simulate --preset NAME.

study: simulate
title: Secondary control of four inverters
seed: 1

# A published microgrid (inverter-chain, dapi-chain), or inverters, lines and loads of your own; tier: quasi-static, dynamic-phasor or averaged.
plant: { kind: microgrid, scenario: inverter-chain, inverters_count: 4, tier: quasi-static }

# Groups of agents: gridflock list controllers. Droops and nominal values come from the inverters.
control:
  - name: secondary
    kind: secondary-consensus
    parameters: { gain_w_per_s: 4, gain_p_per_s: 4, gain_v_per_s: 2, gain_q_per_s: 20, observer_per_s: 5 }
    each: { dg1: { pin_frac: 1 } }      # one agent knows the references
    period_s: 0.01                      # 0: in continuous time
    communication: { graph: ring, measureDelay_s: 0, linkDelay_s: 0.005, loss_frac: 0 }

start: balanced
events:
  - { at_s: 2, start: secondary }
  - { at_s: 10, set: load1.scale_frac, to: 1.3 }
  - { at_s: 16, set: load1.scale_frac, to: 1 }
  - { at_s: 20, cut: [dg4, dg1] }
  - { at_s: 26, isolate: dg4 }
  - { at_s: 28, set: load1.scale_frac, to: 1.3 }
stop_s: 36

# The fastest gain that bears this delay of measurements, using 60 % of its margin.
analysis: { delay_s: 0.05, used_frac: 0.6 }

notes:
  - "Parameters: Bidram, Lewis, Davoudi (2014) with filters of Pogaku et al. (2007)."
`;
