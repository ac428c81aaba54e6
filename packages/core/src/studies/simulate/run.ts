import type { PlantModel } from '../../plants/contract.ts';
import type { SimulateResult } from '../../wire/simulate-result.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { analyse } from './analysis.ts';
import { cautionsOf } from './cautions.ts';
import { type Prepared, prepare } from './prepare.ts';
import { resultOf } from './result.ts';
import { startOf } from './start.ts';
import { runTrial, type TrialOptions } from './trial.ts';

/** Records that a picture can show. */
const RECORDS = 1500;
/** Steps times states up to which a run is repeated with half the step, to see its error. */
const REPEATED_MAX = 2e6;

/** What happens to a plant under control, and what its linearised equations say about it. */
export async function runSimulate(document: unknown, catalog: Catalog, services: StudyServices): Promise<SimulateResult> {
  const prepared = prepare(document, catalog, services);
  const say = async (phase: string, done = 0, total?: number): Promise<void> => {
    services.onProgress({ phase, done, total });
    await services.breathe();
  };
  const model = prepared.build();
  await say('start');
  const start = startOf(prepared, model);
  const analysis = await analyse(prepared, start.x, (what) => say(`analysis: ${what}`));
  const cautions = [
    ...(model.cautions?.() ?? []),
    ...(start.caution === undefined ? [] : [start.caution]),
    ...cautionsOf(prepared, analysis),
  ];

  const { outputs, every_s } = recordOf(prepared, model);
  const options: TrialOptions = {
    start: start.x,
    record: outputs,
    every_s,
    breathe: (done_frac) => say('run', Math.floor(100 * done_frac), 100),
  };
  const trial = await runTrial(prepared, options);
  const isRepeated =
    trial.step_s !== undefined && trial.run.status === 'done' && trial.run.steps_count * trial.run.x.length <= REPEATED_MAX;
  const finer = isRepeated
    ? await runTrial(prepared, {
        ...options,
        finer: 2,
        breathe: (done) => say('run again with half the step', Math.floor(100 * done), 100),
      })
    : undefined;
  return resultOf({ prepared, model, analysis, cautions, trial, finer, services });
}

/** What is recorded, and how often. */
export function recordOf({ document }: Prepared, { quantities }: PlantModel): { readonly outputs: string[]; readonly every_s: number } {
  const { stop_s, record } = document;
  const seen = quantities.flatMap(({ lines }) => lines.map(({ output }) => output));
  return { outputs: [...new Set([...seen, ...record.outputs])], every_s: record.every_s ?? roundStep(stop_s / RECORDS) };
}

/** 1, 2 or 5 times a power of ten, at most what is given: records at round times. */
function roundStep(longest_s: number): number {
  const power = 10 ** Math.floor(Math.log10(longest_s));
  return ([5, 2, 1].find((factor) => factor * power <= longest_s * (1 + 1e-9)) ?? 1) * power;
}
