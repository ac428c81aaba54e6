import { readFaultScript } from '../../../agents/faults/read-script.ts';
import { InputError } from '../../../base/errors.ts';
import { type FieldRole, fieldRole } from '../../../controllers/field-role.ts';
import { readControllerValues } from '../../../controllers/read-values.ts';
import { TunedLaw } from '../../../controllers/tuned-law.ts';
import { type PlantRole, plantRole } from '../../../simulation/plant-role.ts';
import { type MethodName, Run } from '../../../simulation/run.ts';
import type { AgentReport } from '../../agent-report.ts';
import type { Catalog } from '../../contract.ts';
import type { CastGroup, LivePlant } from '../../deployment.ts';
import { readDocument } from '../../document.ts';
import { memberOf } from '../../member.ts';
import { prepare } from '../prepare.ts';
import { recordOf } from '../run.ts';
import { startOf } from '../start.ts';
import { stepOf } from '../trial.ts';
import { plantEnding } from './plant-ending.ts';
import { type ControllerEntry, type TwinFile, twinSchema } from './schema.ts';
import { changesOf, plantSeats } from './seats.ts';

/** Where an example of the file is explained. */
const twinFile = { name: 'agents file', see: 'Let `gridflock deploy` write it, and see docs/how-to/run-a-twin.md.' };

interface SeatedPlant {
  readonly role: PlantRole;
  readonly run: Run;
  readonly method: MethodName;
  readonly step_s: number | undefined;
}

/** Makes the plant or the agents of one file: of one process. */
export async function castSimulation(document: unknown, catalog: Catalog): Promise<CastGroup> {
  const file = readDocument(twinSchema, document, twinFile);
  const script = readFaultScript(file.links, 'links');
  const agents: FieldRole[] = [];
  let plant: SeatedPlant | undefined;
  for (const [k, entry] of file.agents.entries()) {
    if (entry.as === 'controller') agents.push(castController(entry, catalog, `agents[${k}]`));
    else if (plant === undefined) plant = castPlant(entry.id, entry.study, file, catalog);
    else throw doublePlant(`agents[${k}]`);
  }
  const roles = [...(plant === undefined ? [] : [plant.role]), ...agents];
  return {
    mustNotForget: false,
    live: file,
    title: file.title,
    roles,
    world: {
      clock: file.clock,
      realTime_frac: file.realTime_frac,
      keeper: keeperIn(file),
      everybody: file.everybody,
      script,
      seed: file.seed,
    },
    plant: plant && livePlant(plant),
    admits: () => false,
    get progress() {
      if (plant === undefined) return { phase: 'live', done: agents[0]?.act ?? 0 };
      return { phase: 'live', done: Math.floor(plant.role.t_s), text: `${plant.role.t_s.toFixed(1)} s` };
    },
    get status() {
      if (!roles.every(({ done }) => done)) return undefined;
      return plant === undefined || plant.run.isAlive ? 'ok' : 'not-converged';
    },
    get reason() {
      return plant?.run.isAlive === false ? plant.run.result().diagnosis : undefined;
    },
    results: () => [
      ...(plant === undefined ? [] : [{ ...plantEnding(plant.role, plant.run, plant.method, plant.step_s) }]),
      ...agents.map(agentResult),
    ],
    reports: () => roles.map(({ id, dropped }): AgentReport => reportOf(id, id === plant?.role.id ? 'plant' : 'controller', dropped)),
  };
}

/** Whoever holds the plant tells the time. */
const keeperIn = ({ agents: [first] }: TwinFile): string => (first.as === 'plant' ? first.id : first.plant);

function castController(entry: ControllerEntry, catalog: Catalog, where: string): FieldRole {
  const controller = memberOf(catalog.controllers, entry.controller, 'name', `${where}.controller`);
  const tuned = new TunedLaw(
    controller,
    readControllerValues(controller, entry.parameters, `${where}.parameters`) as Readonly<Record<string, never>>,
  );
  const { id, plant, neighbours, period_s, stale_s, forgetAfter_s } = entry;
  return fieldRole({
    id,
    plant,
    law: tuned.build(),
    neighbours,
    period_s,
    stale_s,
    forgetAfter_s,
    retune(name, value) {
      if (!tuned.names.includes(name)) return undefined;
      try {
        tuned.change(name, value);
      } catch (error) {
        if (error instanceof InputError) return undefined;
        throw error;
      }
      return tuned.build();
    },
  });
}

function castPlant(id: string, study: unknown, { seed }: TwinFile, catalog: Catalog): SeatedPlant {
  const prepared = prepare(study, catalog, { seed });
  const { stop_s, integrator, live } = prepared.document;
  const model = prepared.build();
  const { plant } = model;
  const { x } = startOf(prepared, model);
  const record = recordOf(prepared, model);
  const method = integrator.method === 'auto' ? 'rk4' : integrator.method;
  const step_s = method === 'rk4' ? Math.min(stepOf(plant, x, prepared, { every_s: record.every_s }), live.pace_s) : integrator.step_s;
  const { relative_frac, absolute_frac: absolute } = integrator;
  const processes = model.processes?.();
  const run = new Run(plant, {
    stop_s,
    method,
    step_s,
    relative_frac,
    absolute,
    processes,
    record: record.outputs,
    record_s: record.every_s,
    x,
  });
  const role = plantRole({
    id,
    run,
    stop_s,
    seats: plantSeats(prepared),
    pace_s: live.pace_s,
    measure_s: live.measure_s ?? Math.min(...prepared.groups.map(({ period_s }) => period_s)),
    changes: changesOf(prepared.plan, prepared),
  });
  return { role, run, method, step_s };
}

const livePlant = ({ role }: { readonly role: PlantRole }): LivePlant => ({
  names: role.names,
  change: (name, value) => role.changeNow(name, value),
});

const agentResult = ({ id, act, takeovers_count, overruns_count, dropped }: FieldRole): Record<string, unknown> => ({
  agent: id,
  as: 'controller',
  acts_count: act,
  takeovers_count,
  overruns_count,
  dropped: Object.fromEntries(dropped),
});

const reportOf = (agent: string, as: string, dropped: ReadonlyMap<string, number> = new Map()): AgentReport => ({
  agent,
  as,
  verdict: null,
  passes_count: 1,
  dropped: Object.fromEntries(dropped),
});

const doublePlant = (where: string): InputError =>
  new InputError({ code: 'STUDY_DUPLICATE_ID', message: 'A process holds one plant at most', where, hint: 'Deploy the study anew.' });
