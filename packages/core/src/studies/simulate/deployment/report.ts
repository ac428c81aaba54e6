import { InputError } from '../../../base/errors.ts';
import type { Trajectory } from '../../../simulation/run.ts';
import type { SimulateResult } from '../../../wire/simulate-result.ts';
import type { Catalog, StudyServices } from '../../contract.ts';
import { analyse } from '../analysis.ts';
import { cautionsOf } from '../cautions.ts';
import { prepare } from '../prepare.ts';
import { resultOf } from '../result.ts';
import { startOf } from '../start.ts';
import type { PlantEnding } from './plant-ending.ts';

/** What a twin did, as the result of its study: the same pictures and figures as a simulation, of what the plant recorded. */
export async function reportSimulation(
  document: unknown,
  results: readonly Readonly<Record<string, unknown>>[],
  catalog: Catalog,
  services: StudyServices,
): Promise<SimulateResult> {
  const ending = results.find(({ as }) => as === 'plant') as PlantEnding | undefined;
  if (ending === undefined) throw noPlant();
  const prepared = prepare(document, catalog, services);
  const model = prepared.build();
  const start = startOf(prepared, model);
  const analysis = await analyse(prepared, start.x, async (what) => {
    services.onProgress({ phase: `analysis: ${what}`, done: 0 });
    await services.breathe();
  });
  const cautions = [...(model.cautions?.() ?? []), ...cautionsOf(prepared, analysis), ...latenessOf(ending, prepared.document.live.pace_s)];
  const trial = { run: trajectoryOf(ending), agents: [], method: ending.method, step_s: ending.step_s ?? undefined };
  return resultOf({ prepared, model, analysis, cautions, trial, finer: undefined, services });
}

/** What a late plant does to its loop is not in the equations. */
function latenessOf({ late_max_s, overruns_count, reached_s }: PlantEnding, pace_s: number): string[] {
  if (overruns_count === 0) return [];
  const part = (100 * overruns_count * pace_s) / reached_s;
  return [
    `The plant could not keep its pace: ${overruns_count} looks at the clock were missed (${part.toPrecision(2)} %), the latest by ${(1000 * late_max_s).toPrecision(3)} ms of the run. Its agents saw nothing meanwhile, which counts as delay.`,
  ];
}

function trajectoryOf({ status, reached_s, diagnosis, outputs, time_s, happenings, steps_count }: PlantEnding): Trajectory {
  const names = Object.keys(outputs);
  const values = new Float64Array(time_s.length * names.length);
  names.forEach((name, k) => {
    outputs[name].forEach((value, t) => {
      values[t * names.length + k] = value;
    });
  });
  const nothing = new Float64Array(0);
  return {
    status,
    reached_s,
    diagnosis: diagnosis ?? undefined,
    outputs: names,
    time_s: Float64Array.from(time_s),
    values,
    x: nothing,
    u: nothing,
    happenings,
    steps_count,
    rejected_count: 0,
  };
}

const noPlant = (): InputError =>
  new InputError({
    code: 'STUDY_VALUE_INVALID',
    message: 'No plant is among what the processes know',
    where: 'results',
    hint: 'Give what all processes wrote.',
  });
