import { didYouMean, InputError } from '../../base/errors.ts';
import type { Controller } from '../../controllers/contract.ts';
import { bothWays, buildGraph, consensusFault, type Graph, type Link, ringOf } from '../../controllers/graph.ts';
import { readControllerValues } from '../../controllers/read-values.ts';
import { TunedLaw } from '../../controllers/tuned-law.ts';
import type { PlantDevice } from '../../plants/contract.ts';
import type { ControlledDevice } from '../../simulation/control-loop.ts';
import type { Catalog } from '../contract.ts';
import { memberOf } from '../member.ts';
import type { GroupDocument } from './document.ts';

/** Agents with one kind of law that talk to each other, checked; a leader of another kind is the first of them. */
export interface Group {
  readonly name: string;
  /** Of all but a leader. */
  readonly controller: Controller;
  readonly devices: readonly string[];
  /** By agent. */
  readonly kinds: readonly Controller[];
  /** By agent. */
  readonly values: readonly Readonly<Record<string, number>>[];
  readonly graph: Graph;
  /** 0: in continuous time. */
  readonly period_s: number;
  readonly communication: GroupDocument['communication'];
}

/** @throws {InputError} STUDY_*, CONTROL_PARAM, CONTROL_GRAPH with the path of the key */
export function readGroups(documents: readonly GroupDocument[], devices: readonly PlantDevice[], catalog: Catalog): Group[] {
  const names = new Set<string>();
  return documents.map((document, k) => {
    const where = `control[${k}]`;
    const group = readGroup(document, devices, catalog, where);
    if (names.has(group.name) || devices.some(({ id }) => id === group.name)) {
      throw new InputError({
        code: 'STUDY_DUPLICATE_ID',
        message: `The name "${group.name}" is taken by another group or by a device`,
        where: `${where}.name`,
        hint: 'Give every group a name of its own: parameters and events are named after it.',
      });
    }
    names.add(group.name);
    return group;
  });
}

function readGroup(document: GroupDocument, devices: readonly PlantDevice[], catalog: Catalog, where: string): Group {
  const { kind, name = kind, parameters, each, leader, period_s, communication } = document;
  const controller: Controller = memberOf(catalog.controllers, kind, 'name', `${where}.kind`);
  const known = devices.map(({ id }) => id);
  const seats = document.devices ?? known;
  const find = (id: string, at: string): PlantDevice => {
    const found = devices.find((device) => device.id === id);
    if (found !== undefined) return found;
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: `The plant has no device "${id}"`,
      where: at,
      hint: didYouMean(id, known) ?? `Devices are ${known.join(', ')}.`,
    });
  };
  for (const id of Object.keys(each)) {
    find(id, `${where}.each.${id}`);
    if (!seats.includes(id)) throw strange(`"${id}" has parameters, and no agent of "${name}" sits there`, `${where}.each.${id}`);
  }
  const offeredTo = (of: Controller, id: string, at: string): Record<string, number> =>
    Object.fromEntries(Object.entries(find(id, at).values).filter(([key]) => key in of.params));
  const values = seats.map((id, i) => {
    const offered = offeredTo(controller, id, `${where}.devices[${i}]`);
    const placed = (at: string): string => {
      const key = at.slice(at.lastIndexOf('.') + 1);
      return key in (each[id] ?? {})
        ? `${where}.each.${id}.${key}`
        : key in parameters
          ? `${where}.parameters.${key}`
          : `${where}.parameters`;
    };
    return readValues(controller, { ...offered, ...parameters, ...each[id] }, placed);
  });
  const graph = graphOf(seats, communication.graph, `${where}.communication.graph`);
  const kinds = seats.map(() => controller);
  const followers: Group = { name, controller, devices: seats, kinds, values, graph, period_s, communication };
  const group = leader === undefined ? followers : ledBy(followers, leader, catalog, offeredTo, `${where}.leader`);
  checkReach(group, where);
  checkContinuous(group, where);
  return group;
}

/** The values of one agent; a fault is placed where its parameter was written. */
function readValues(
  controller: Controller,
  raw: Readonly<Record<string, number>>,
  placed: (at: string) => string,
): Readonly<Record<string, number>> {
  try {
    return readControllerValues(controller, raw, 'agent') as Readonly<Record<string, never>>;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ code: error.code, message: error.what, where: placed(error.where ?? ''), hint: error.hint });
  }
}

/** @throws {InputError} STUDY_*, CONTROL_PARAM, CONTROL_GRAPH */
function ledBy(
  group: Group,
  { device, kind, parameters, heardBy }: NonNullable<GroupDocument['leader']>,
  catalog: Catalog,
  offeredTo: (of: Controller, id: string, at: string) => Record<string, number>,
  where: string,
): Group {
  const controller: Controller = memberOf(catalog.controllers, kind, 'name', `${where}.kind`);
  if (group.devices.includes(device)) throw strange(`"${device}" cannot lead itself`, `${where}.device`);
  const offered = offeredTo(controller, device, `${where}.device`);
  const { agents, adjacency } = group.graph;
  const links = agents.flatMap((to, i) =>
    agents.flatMap((from, j) => {
      const weight_frac = adjacency[i * agents.length + j];
      return weight_frac > 0 ? [{ from, to, weight_frac }] : [];
    }),
  );
  const devices = [device, ...group.devices];
  return {
    ...group,
    devices,
    kinds: [controller, ...group.kinds],
    values: [readValues(controller, { ...offered, ...parameters }, () => `${where}.parameters`), ...group.values],
    graph: graphOf(devices, [...links, ...heardBy.map((to) => ({ from: device, to, weight_frac: 1 }))], `${where}.heardBy`),
  };
}

function graphOf(seats: readonly string[], graph: GroupDocument['communication']['graph'], where: string): Graph {
  try {
    if (graph === 'ring') return seats.length === 1 ? buildGraph(seats, []) : ringOf(seats);
    return buildGraph(seats, linksOf(seats, graph));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ code: error.code, message: error.what, where, hint: error.hint });
  }
}

function linksOf(seats: readonly string[], graph: Exclude<GroupDocument['communication']['graph'], 'ring'>): Link[] {
  if (graph === 'none') return [];
  if (graph === 'line') return seats.slice(1).flatMap((seat, k) => bothWays(seats[k], seat));
  if (graph === 'complete') return seats.flatMap((seat, k) => seats.slice(k + 1).flatMap((other) => bothWays(seat, other)));
  return graph.flatMap((link) => (Array.isArray(link) ? bothWays(link[0], link[1]) : [link as Link]));
}

/** Weights with which agents know the reference; undefined where the law needs no leader. */
export const pinsOf = ({ controller, values }: Group): readonly number[] | undefined =>
  controller.leaders === undefined ? undefined : values.map((each) => each[controller.leaders as string] ?? 0);

/** What cannot reach consensus is said before it runs. */
function checkReach(group: Group, where: string): void {
  const { controller, devices, graph, kinds, values } = group;
  const law = kinds[0].build(values[0] as Readonly<Record<string, never>>);
  if (law.says.length === 0 || devices.length === 1) return;
  const pins = pinsOf(group);
  if (pins?.every((pin) => pin === 0)) {
    throw new InputError({
      code: 'CONTROL_GRAPH',
      message: `No agent of "${group.name}" knows the reference: "${controller.leaders}" is 0 for all`,
      where: `${where}.each`,
      hint: `Pin one of them, for example each: { ${devices[0]}: { ${controller.leaders}: 1 } }.`,
    });
  }
  const fault = consensusFault(graph, pins);
  if (fault === undefined) return;
  throw new InputError({
    code: 'CONTROL_GRAPH',
    message: `Consensus of "${group.name}" cannot be reached: ${fault}`,
    where: `${where}.communication.graph`,
    hint: 'Add links, or pin an agent in every part. To see a failure, begin with a whole graph and cut links by events.',
  });
}

/** What only messages can suffer needs messages. */
function checkContinuous({ name, period_s, communication }: Group, where: string): void {
  if (period_s > 0) return;
  const random = (['linkDelay_random_s', 'loss_frac', 'forgetAfter_s'] as const).find((key) => (communication[key] ?? 0) > 0);
  if (random !== undefined)
    throw strange(
      `"${name}" acts in continuous time, where "${random}" has no meaning: give it a period_s`,
      `${where}.communication.${random}`,
    );
}

const strange = (message: string, where: string): InputError =>
  new InputError({ code: 'STUDY_VALUE_INVALID', message, where, hint: 'Correct the group.' });

/** Fresh agents for one loop. */
export const agentsOf = ({ devices, kinds, values }: Group): ControlledDevice[] =>
  devices.map((device, k) => {
    const tuning = new TunedLaw(kinds[k], values[k]);
    return { device, law: tuning.build(), tuning };
  });

/** A link of a group; `name` is its weight in the loop. */
export interface GroupLink {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly weight_frac: number;
}

export const linksOfGroup = (group: Group): GroupLink[] => group.devices.flatMap((device) => linksInto(group, device));

/** What the agent at a device hears. */
export function linksInto({ name, devices, graph: { adjacency } }: Group, to: string): GroupLink[] {
  const n = devices.length;
  const row = devices.indexOf(to) * n;
  return devices.flatMap((from, j) => {
    const weight_frac = adjacency[row + j];
    return weight_frac > 0 ? [{ name: `${name}.link.${from}.${to}.weight_frac`, from, to, weight_frac }] : [];
  });
}
