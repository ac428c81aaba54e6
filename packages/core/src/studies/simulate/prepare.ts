import { InputError } from '../../base/errors.ts';
import { type RandomStream, randomStream } from '../../base/random.ts';
import type { PlantKind, PlantModel } from '../../plants/contract.ts';
import { closeLoop } from '../../simulation/control-loop.ts';
import type { Plant } from '../../simulation/plant.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { readDocument } from '../document.ts';
import { memberOf } from '../member.ts';
import { plantKindSchema, type SimulateDocument, simulateSchemaFor } from './document.ts';
import { agentsOf, type Group, readGroups } from './groups.ts';
import { type Plan, planOf } from './plan.ts';

/** Everything the study was told, checked. */
export interface Prepared {
  readonly document: SimulateDocument;
  readonly kind: PlantKind;
  readonly groups: readonly Group[];
  readonly plan: Plan;
  readonly stream: RandomStream;
  /** A plant as it was described, with what the plan changes of its parameters at 0 s: nothing else has happened to it. */
  build(): PlantModel;
}

/** @throws {InputError} STUDY_*, CONTROL_*, MICROGRID_PART and what the plant says, with the path of the key; SIMULATION_EVENT */
export function prepare(raw: unknown, catalog: Catalog, services: StudyServices): Prepared {
  const kind: PlantKind = memberOf(catalog.plants, readDocument(plantKindSchema, raw).plant.kind, 'name', 'plant.kind');
  const document = readDocument(simulateSchemaFor(kind), raw);
  const seed = services.seed ?? document.seed;
  const stream = randomStream(seed);
  const { kind: _, ...values } = document.plant;
  const build = (): PlantModel => {
    try {
      return kind.build(values, { stream: stream.split('plant') });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError({ code: error.code, message: error.what, where: placeInPlant(error.where), hint: error.hint });
    }
  };
  const model = build();
  const groups = readGroups(document.control, model.devices, catalog);
  const prepared = { document, kind, groups, stream, build };
  const plan = planOf(document, groups, closeGroups(model.plant, groups));
  return {
    ...prepared,
    plan,
    build() {
      const begun = build();
      const { plant } = begun;
      const x = new Float64Array(plant.states.length);
      plant.startInto(x);
      for (const { at_s, changes } of plan.events) {
        if (at_s > 0) break;
        for (const { name, value } of changes) if (plant.parameters.includes(name)) plant.change(name, value, x);
      }
      return begun;
    },
  };
}

const placeInPlant = (where: string | undefined): string =>
  where === undefined ? 'plant' : where.startsWith('plant') ? where : `plant.${where}`;

export interface DelayOverride {
  readonly measureDelay_s?: number;
  readonly linkDelay_s?: number;
}

/**
 * The plant with groups of agents in continuous time.
 * @param delays - in place of those of the groups
 */
export function closeGroups(plant: Plant, groups: readonly Group[], delays?: DelayOverride): Plant {
  return groups.reduce((inner, group) => {
    const { name, graph, communication } = group;
    const { measureDelay_s, linkDelay_s, linkDelay_random_s } = communication;
    const own = { measureDelay_s, linkDelay_s: linkDelay_s + linkDelay_random_s };
    return closeLoop(inner, agentsOf(group), graph, { name, ...(delays ?? own) });
  }, plant);
}
