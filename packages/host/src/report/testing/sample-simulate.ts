import { catalog, type SimulateResult } from '@gridflock/core';

let sample: Promise<SimulateResult> | undefined;

/** A short run of the built-in microgrid: four inverters, agents from 1 s on, a load step, a lost link. */
export function sampleSimulate(): Promise<SimulateResult> {
  const study = catalog.studies.find(({ kind }) => kind === 'simulate')!;
  sample ??= study.run(
    {
      study: 'simulate',
      title: 'A <microgrid> & its "agents"',
      plant: { kind: 'microgrid', scenario: 'inverter-chain' },
      control: [
        {
          name: 'secondary',
          kind: 'leader-follower-consensus',
          each: { dg1: { pin_frac: 1 } },
          communication: { graph: 'ring', measureDelay_s: 0.02, loss_frac: 0.1 },
        },
      ],
      events: [
        { at_s: 1, start: 'secondary' },
        { at_s: 3, set: 'load1.scale_frac', to: 1.3 },
        { at_s: 3.5, cut: ['dg1', 'dg4'] },
      ],
      stop_s: 4,
      notes: ['A note with </script> in it.'],
    },
    catalog,
    { readText: async () => '', onProgress() {}, breathe: async () => {}, clock_s: () => 0, version: 'test' },
  ) as Promise<SimulateResult>;
  return sample;
}
