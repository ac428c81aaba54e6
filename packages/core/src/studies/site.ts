import type { z } from 'zod';
import { didYouMean, InputError } from '../base/errors.ts';
import { type RandomStream, randomStream } from '../base/random.ts';
import { type TimeGrid, timeGrid } from '../base/time-grid.ts';
import type { Device, DeviceKind } from '../devices/contract.ts';
import { type ParamContext, readParams, readProfile } from '../devices/params.ts';
import { readNetwork } from '../formats/detect.ts';
import type { Bus, Case, Network } from '../network/network.ts';
import { buildTopology } from '../network/topology.ts';
import { readBuiltIn } from '../networks/read-built-in.ts';
import { at } from '../problem/affine.ts';
import type { Catalog, StudyServices } from './contract.ts';
import { memberOf } from './member.ts';
import { readStudyProfiles } from './profiles.ts';
import type { devicesSchema, loadsSchema, profilesSchema, timeSchema } from './schema.ts';

/** What of a study file says where and when it plays. */
export interface SiteDocument {
  readonly seed: number;
  readonly network: string;
  readonly time: z.infer<typeof timeSchema>;
  readonly profiles: z.infer<typeof profilesSchema>;
  readonly loads: z.infer<typeof loadsSchema>;
  readonly limits: {
    readonly v_min_pu?: number | undefined;
    readonly v_max_pu?: number | undefined;
    readonly v_slack_pu?: number | undefined;
    readonly s_branch_max_kVA?: number | undefined;
  };
  readonly devices: z.infer<typeof devicesSchema>;
  /** The bus that the study names as the one of the grid above, and the key that does. */
  readonly slackBus: { readonly bus: string | number | undefined; readonly where: string };
  /** Ids that the study needs for itself. */
  readonly takenIds?: (network: Network) => readonly string[];
}

/** Where and when a study plays, checked and in house units. Arrays over time and buses are [t][b]. */
export interface Site {
  readonly grid: TimeGrid;
  readonly stream: RandomStream;
  readonly case: Case;
  /** The network with the study's limits. */
  readonly network: Network;
  readonly slack: number;
  readonly v_slack_pu: number;
  /** Buses out of service. */
  readonly isolated: readonly number[];
  /** Injections that nobody decides. */
  readonly p_fixed_kW: Float64Array;
  readonly q_fixed_kvar: Float64Array;
  readonly devices: readonly Device[];
  /** What was left out of the network file or is treated in another way than it says. */
  readonly notes: readonly string[];
  /** Reads a number, a list or a named profile as one value per step. */
  perStep(value: unknown, where: string): Float64Array;
  /** For reading the parameters of further devices. */
  context(where: string): ParamContext;
}

/** What the owner of the wires knows before anybody negotiates: the network and the customers who do not take part. */
export type FixedWires = Pick<Site, 'grid' | 'network' | 'slack' | 'v_slack_pu' | 'isolated' | 'p_fixed_kW' | 'q_fixed_kvar'>;

/** @throws {InputError} STUDY_* with the path of the key, and what the readers of networks and profiles say */
export async function readSite(document: SiteDocument, catalog: Catalog, services: StudyServices): Promise<Site> {
  const stream = randomStream(services.seed ?? document.seed);
  const { time } = document;
  if (time.days_count !== undefined && time.steps_count !== undefined) {
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: 'The length of the study is given twice, as days_count and as steps_count',
      where: 'time.steps_count',
      hint: 'Keep one of the two.',
    });
  }
  const grid = timeGrid({ ...time, days_count: time.days_count ?? (time.steps_count === undefined ? 1 : undefined) });
  const given = await readCase(document.network, catalog, services);
  const network = withLimits(given.network, document.limits);
  const profiles = await readStudyProfiles(document, grid, stream, services);
  const context = (where: string): ParamContext => ({ grid, profiles, where });
  const perStep = (value: unknown, where: string): Float64Array => {
    const read = readProfile(value, where, context(where));
    return Float64Array.from({ length: grid.steps_count }, (_, t) => at(read, t));
  };
  const busIndex = new Map(network.buses.map((bus, b) => [bus.id, b]));
  const slack = slackOf(document, given, busIndex);
  checkLimits(network, slack);
  const devices = readDevices(document, catalog, network, busIndex, slack, context);
  const scale = perStep(document.loads.scale_frac, 'loads.scale_frac');
  const { p_fixed_kW, q_fixed_kvar } = fixedInjections(given, network, slack, scale);
  return {
    grid,
    stream,
    case: given,
    network,
    slack,
    isolated: given.operatingPoint.isolated,
    v_slack_pu: document.limits.v_slack_pu ?? slackVoltage(given, slack),
    p_fixed_kW,
    q_fixed_kvar,
    devices,
    notes: notesOf(given, slack),
    perStep,
    context,
  };
}

async function readCase(name: string, catalog: Catalog, services: StudyServices): Promise<Case> {
  const builtIn = catalog.networks.find((network) => network.name === name);
  if (builtIn) return readBuiltIn(builtIn);
  if (!/[./\\]/.test(name)) memberOf(catalog.networks, name, 'name', 'network');
  return readNetwork(await services.readText(name), { fileName: name }, catalog.formats);
}

function withLimits(network: Network, limits: SiteDocument['limits']): Network {
  if (limits.v_min_pu !== undefined && limits.v_max_pu !== undefined && limits.v_min_pu > limits.v_max_pu) {
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: `v_min_pu ${limits.v_min_pu} is above v_max_pu ${limits.v_max_pu}`,
      where: 'limits',
      hint: 'Exchange the two.',
    });
  }
  const bus = (b: Bus): Bus => ({ ...b, v_min_pu: limits.v_min_pu ?? b.v_min_pu, v_max_pu: limits.v_max_pu ?? b.v_max_pu });
  const rating = limits.s_branch_max_kVA;
  return {
    ...network,
    buses: network.buses.map(bus),
    branches:
      rating === undefined
        ? network.branches
        : network.branches.map((l) => (Number.isFinite(l.s_max_kVA) ? l : { ...l, s_max_kVA: rating })),
  };
}

/** A limit of the study may cross the other limit of a bus in the file. The slack's voltage is given, so its limits do not count. */
function checkLimits(network: Network, slack: number): void {
  const crossed = network.buses.find((bus, b) => b !== slack && bus.v_min_pu > bus.v_max_pu);
  if (!crossed) return;
  throw new InputError({
    code: 'STUDY_VALUE_INVALID',
    message: `v_min_pu ${crossed.v_min_pu} is above v_max_pu ${crossed.v_max_pu} at bus "${crossed.id}"`,
    where: 'limits',
    hint: 'Give both limits; the one that is left out is that of the network file.',
  });
}

function notesOf({ dropped, warnings, operatingPoint }: Case, slack: number): string[] {
  const held = operatingPoint.generators.filter((g) => g.inService && g.holdsVoltage && g.bus !== slack);
  return [
    ...warnings.map((text) => `Network file: ${text}.`),
    ...dropped.map(({ element, reason }) => `Network file: ${element} left out: ${reason}.`),
    ...(held.length > 0
      ? [`Generators of the network file feed in at their set points and do not hold voltage: ${held.map((g) => g.id).join(', ')}.`]
      : []),
  ].map((text) => text.replace(/\.\.$/, '.'));
}

function slackOf({ slackBus }: SiteDocument, given: Case, busIndex: ReadonlyMap<string, number>): number {
  if (slackBus.bus !== undefined) return busAt(String(slackBus.bus), busIndex, slackBus.where);
  const slack = given.operatingPoint.slacks[0];
  if (slack !== undefined) return slack;
  throw new InputError({
    code: 'STUDY_NO_SLACK',
    message: 'The network names no slack bus',
    where: slackBus.where,
    hint: `Say where the grid above is connected: ${slackBus.where}.`,
  });
}

function slackVoltage(given: Case, slack: number): number {
  const { generators, v_start_pu } = given.operatingPoint;
  return generators.find((g) => g.bus === slack && g.inService && g.holdsVoltage)?.v_set_pu ?? v_start_pu[slack] ?? 1;
}

function busAt(id: string, busIndex: ReadonlyMap<string, number>, where: string): number {
  const found = busIndex.get(id);
  if (found !== undefined) return found;
  throw new InputError({
    code: 'STUDY_UNKNOWN_BUS',
    message: `The network has no bus "${id.slice(0, 40)}"`,
    where,
    hint: busHint(id, [...busIndex.keys()]),
  });
}

/** Numbers are not misspelt: only names get a nearest name. */
function busHint(id: string, known: readonly string[]): string {
  const few = known.length <= 8 ? known.join(', ') : `${known.slice(0, 4).join(', ')} … ${known[known.length - 1]}`;
  const near = /^\d+$/.test(id) ? undefined : didYouMean(id, known);
  return near ?? `It has ${known.length} buses: ${few}. See \`gridflock inspect\`.`;
}

function readDevices(
  document: SiteDocument,
  catalog: Catalog,
  network: Network,
  busIndex: ReadonlyMap<string, number>,
  slack: number,
  context: (where: string) => ParamContext,
): Device[] {
  const topology = buildTopology(network, [slack]);
  const taken = new Set<string>(document.takenIds?.(network));
  const seen = new Set<string>(taken);
  return document.devices.map((entry, k) => {
    const where = `devices[${k}] "${entry.id}"`;
    if (seen.has(entry.id)) {
      throw new InputError({
        code: 'STUDY_DUPLICATE_ID',
        message: `The id "${entry.id}" is taken`,
        where,
        hint: `Give every device an id of its own${taken.has(entry.id) ? `; the study itself uses "${entry.id}"` : ''}.`,
      });
    }
    seen.add(entry.id);
    const { id, kind: kindName, bus, owner, ...raw } = entry;
    const kind: DeviceKind = memberOf(catalog.devices, kindName, 'kind', `${where}.kind`);
    const b = busAt(String(bus), busIndex, `${where}.bus`);
    if (topology.island[b] !== topology.island[slack]) {
      throw new InputError({
        code: 'STUDY_ISLANDED_DEVICE',
        message: `Bus "${bus}" has no connection to the slack bus "${network.buses[slack].id}", so the device stands on an island`,
        where,
        hint: 'Close a branch, or move the device.',
      });
    }
    return { id, kind, bus: network.buses[b].id, owner, values: readParams(kind, raw, context(where)) };
  });
}

/** Loads of the file times the scale, and its generators away from the slack at their set points. */
function fixedInjections(
  given: Case,
  network: Network,
  slack: number,
  scale: Float64Array,
): { p_fixed_kW: Float64Array; q_fixed_kvar: Float64Array } {
  const nB = network.buses.length;
  const { operatingPoint } = given;
  const p_fixed_kW = new Float64Array(scale.length * nB);
  const q_fixed_kvar = new Float64Array(scale.length * nB);
  for (let t = 0; t < scale.length; t++) {
    for (let b = 0; b < nB; b++) {
      p_fixed_kW[t * nB + b] = operatingPoint.p_kW[b] * scale[t];
      q_fixed_kvar[t * nB + b] = operatingPoint.q_kvar[b] * scale[t];
    }
    for (const g of operatingPoint.generators) {
      if (!g.inService || g.bus === slack) continue;
      p_fixed_kW[t * nB + g.bus] += g.p_kW;
      q_fixed_kvar[t * nB + g.bus] += g.q_kvar;
    }
  }
  return { p_fixed_kW, q_fixed_kvar };
}
