import { didYouMean, InputError } from '../../base/errors.ts';
import { type RandomStream, randomStream } from '../../base/random.ts';
import { type TimeGrid, timeGrid } from '../../base/time-grid.ts';
import type { Device, DeviceKind } from '../../devices/contract.ts';
import { type ParamContext, readParams, readProfile } from '../../devices/params.ts';
import { readProfiles } from '../../formats/csv/profiles.ts';
import { readNetwork } from '../../formats/detect.ts';
import type { Formulation } from '../../formulations/contract.ts';
import type { Bus, Case, Network } from '../../network/network.ts';
import { buildTopology } from '../../network/topology.ts';
import { readBuiltIn } from '../../networks/read-built-in.ts';
import { at } from '../../problem/affine.ts';
import { shape, shapes } from '../../uncertainty/shapes.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import type { NegotiateDocument } from './document.ts';

/** Everything the study was told, checked and in house units. Arrays over time and buses are [t][b]. */
export interface Prepared {
  readonly document: NegotiateDocument;
  readonly grid: TimeGrid;
  readonly stream: RandomStream;
  readonly case: Case;
  /** The network with the study's limits. */
  readonly network: Network;
  readonly slack: number;
  readonly v_slack_pu: number;
  readonly p_fixed_kW: Float64Array;
  readonly q_fixed_kvar: Float64Array;
  readonly devices: readonly Device[];
  readonly upstream: Device;
  readonly formulation: Formulation;
  readonly buy_cur_per_kWh: Float64Array;
  readonly sell_cur_per_kWh: Float64Array;
  /** What was left out of the network file or is treated in another way than it says. */
  readonly notes: readonly string[];
}

export async function prepare(document: NegotiateDocument, catalog: Catalog, services: StudyServices): Promise<Prepared> {
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
  const network = withLimits(given.network, document);
  const profiles = await readAllProfiles(document, grid, stream, services);
  const context = (where: string): ParamContext => ({ grid, profiles, where });
  const perStep = (value: unknown, where: string): Float64Array => {
    const read = readProfile(value, where, context(where));
    return Float64Array.from({ length: grid.steps_count }, (_, t) => at(read, t));
  };

  const busIndex = new Map(network.buses.map((bus, b) => [bus.id, b]));
  const slack = slackOf(document, given, busIndex);
  checkLimits(network, slack);
  const upstream: Device = {
    id: 'grid',
    kind: memberOf(catalog.devices, document.upstream.kind, 'kind', 'upstream.kind'),
    bus: network.buses[slack].id,
    owner: document.upstream.owner,
    values: {},
  };
  const { kind: _kind, owner: _owner, bus: _bus, ...upstreamParams } = document.upstream;
  const devices = readDevices(document, catalog, network, busIndex, slack, context);
  const scale = perStep(document.loads.scale_frac, 'loads.scale_frac');
  const buy_cur_per_kWh = perStep(document.tariff.buy_cur_per_kWh, 'tariff.buy_cur_per_kWh');
  const sell_cur_per_kWh = perStep(document.tariff.sell_cur_per_kWh, 'tariff.sell_cur_per_kWh');
  checkTariff(buy_cur_per_kWh, sell_cur_per_kWh);
  const { p_fixed_kW, q_fixed_kvar } = fixedInjections(given, network, slack, scale);
  return {
    document,
    grid,
    stream,
    case: given,
    network,
    slack,
    v_slack_pu: document.limits.v_slack_pu ?? slackVoltage(given, slack),
    p_fixed_kW,
    q_fixed_kvar,
    devices,
    upstream: { ...upstream, values: readParams(upstream.kind, upstreamParams, context('upstream')) },
    formulation: memberOf(catalog.formulations, document.formulation, 'name', 'formulation'),
    buy_cur_per_kWh,
    sell_cur_per_kWh,
    notes: notesOf(given, slack),
  };
}

/** Looks a member up by its name. @throws {InputError} STUDY_UNKNOWN_MEMBER */
export function memberOf<K extends string, M extends Readonly<Record<K, string>>>(
  members: readonly M[],
  name: string,
  key: K,
  where: string,
): M {
  const found = members.find((member) => member[key] === name);
  if (found) return found;
  throw new InputError({
    code: 'STUDY_UNKNOWN_MEMBER',
    message: `"${name.slice(0, 60)}" is not in the catalogue`,
    where,
    hint: didYouMean(
      name,
      members.map((member) => member[key]),
    ),
  });
}

async function readCase(name: string, catalog: Catalog, services: StudyServices): Promise<Case> {
  const builtIn = catalog.networks.find((network) => network.name === name);
  if (builtIn) return readBuiltIn(builtIn);
  if (!/[./\\]/.test(name)) memberOf(catalog.networks, name, 'name', 'network');
  return readNetwork(await services.readText(name), { fileName: name }, catalog.formats);
}

function withLimits(network: Network, { limits }: NegotiateDocument): Network {
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

/** Buying to sell at once would pay without end, and no plan would be the best. */
function checkTariff(buy_cur_per_kWh: Float64Array, sell_cur_per_kWh: Float64Array): void {
  const t = sell_cur_per_kWh.findIndex((sell, k) => sell > buy_cur_per_kWh[k]);
  if (t < 0) return;
  throw new InputError({
    code: 'STUDY_VALUE_INVALID',
    message: `The tariff pays ${sell_cur_per_kWh[t]} for what it sells at ${buy_cur_per_kWh[t]} at step ${t}, so that buying to sell would pay without end`,
    where: 'tariff.sell_cur_per_kWh',
    hint: 'Keep the selling price at or below the buying price on every step.',
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

function slackOf(document: NegotiateDocument, given: Case, busIndex: ReadonlyMap<string, number>): number {
  const named = document.upstream.bus;
  if (named !== undefined) return busAt(String(named), busIndex, 'upstream.bus');
  const slack = given.operatingPoint.slacks[0];
  if (slack !== undefined) return slack;
  throw new InputError({
    code: 'STUDY_NO_SLACK',
    message: 'The network names no slack bus',
    where: 'upstream',
    hint: 'Say where the grid above is connected: upstream: { bus: … }.',
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
  document: NegotiateDocument,
  catalog: Catalog,
  network: Network,
  busIndex: ReadonlyMap<string, number>,
  slack: number,
  context: (where: string) => ParamContext,
): Device[] {
  const topology = buildTopology(network, [slack]);
  const seen = new Set<string>(['grid', 'wires', 'convener', ...network.buses.map((bus) => `net ${bus.id}`)]);
  return document.devices.map((entry, k) => {
    const where = `devices[${k}] "${entry.id}"`;
    if (seen.has(entry.id)) {
      throw new InputError({
        code: 'STUDY_DUPLICATE_ID',
        message: `The id "${entry.id}" is taken`,
        where,
        hint: 'Give every device an id of its own; "grid", "wires", "convener" and "net …" are used by the study.',
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

async function readAllProfiles(
  document: NegotiateDocument,
  grid: TimeGrid,
  stream: RandomStream,
  services: StudyServices,
): Promise<ReadonlyMap<string, Float64Array>> {
  const profiles = new Map<string, Float64Array>();
  const take = (name: string, values: Float64Array, where: string): void => {
    if (profiles.has(name)) {
      throw new InputError({
        code: 'STUDY_DUPLICATE_ID',
        message: `The profile "${name}" is defined twice`,
        where,
        hint: 'Rename one of them.',
      });
    }
    profiles.set(name, values);
  };
  for (const file of document.profiles.files) {
    const columns = readProfiles(await services.readText(file), { fileName: file, grid });
    for (const [name, values] of columns) take(name, values, file);
  }
  for (const [name, definition] of Object.entries(document.profiles.define)) {
    const where = `profiles.define.${name}`;
    if (Array.isArray(definition)) {
      const values = readProfile(definition, where, { grid, profiles, where });
      take(name, values as Float64Array, where);
      continue;
    }
    memberOf(shapes, definition.shape, 'name', `${where}.shape`);
    const values = shape(definition.shape, grid, { stream: stream.split(`profile ${name}`), deviation_frac: definition.deviation_frac });
    take(
      name,
      values.map((v) => v * definition.scale),
      where,
    );
  }
  return profiles;
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
