import type { Snapshot } from '../../../agents/role.ts';
import { CombinationError, InputError } from '../../../base/errors.ts';
import { type TimeGrid, timeGrid } from '../../../base/time-grid.ts';
import type { Device } from '../../../devices/contract.ts';
import { readParams } from '../../../devices/params.ts';
import { readNetworkDocument } from '../../../network/read-document.ts';
import type { Oracle } from '../../../problem/oracle.ts';
import type { CastAgent, Scheme, Terms } from '../../../schemes/contract.ts';
import type { ReadySolver } from '../../../solvers/contract.ts';
import { oracleFor } from '../../../solvers/reduced-oracle.ts';
import type { Catalog, StudyServices } from '../../contract.ts';
import type { CastGroup } from '../../deployment.ts';
import { readDocument } from '../../document.ts';
import { memberOf } from '../../member.ts';
import { baseFlowOf, StepFlows } from '../power-flow.ts';
import type { ProtectionTerms } from '../privacy-kinds.ts';
import { blockOf, oracleOf } from '../problem.ts';
import { injectionsAt, lossPrice, wiresOf } from '../wires.ts';
import { groupOf, type Seated } from './group.ts';
import { InPasses } from './in-passes.ts';
import { agentsSchema, type DeviceEntry, type WiresEntry } from './schema.ts';
import { StandBy } from './stand-by.ts';
import { helperKind, type VeiledEntry, VeilMaker } from './veils.ts';

/** Silence after which a veil says again what was not answered. */
const retry_s = 1;

/** Where an example of the file is explained. */
const agentsFile = { name: 'agents file', see: 'Let `gridflock deploy` write it, and see docs/how-to/run-agents-on-a-broker.md.' };

interface Entry extends VeiledEntry {
  readonly shares: readonly 'bound'[];
  readonly device?: DeviceEntry | undefined;
  readonly wires?: WiresEntry | undefined;
}

interface Surroundings {
  readonly grid: TimeGrid;
  readonly common: Terms;
  readonly passes_count: number;
  readonly catalog: Catalog;
  readonly solver: ReadySolver;
  readonly scheme: Scheme<Record<string, unknown>>;
  /** Where words are hidden from the nets. */
  readonly veils: VeilMaker | undefined;
}

/** Makes the agents of one file: of one process. */
export async function castNegotiation(
  document: unknown,
  catalog: Catalog,
  services: Pick<StudyServices, 'crypto' | 'notary'> = {},
): Promise<CastGroup> {
  const scheme = schemeOf(document, catalog);
  const file = readDocument(agentsSchema(scheme.casting!), document, agentsFile);
  const { start, zone, step_min, steps_count } = file.time;
  const around: Surroundings = {
    grid: timeGrid({ start, zone, step_min, steps_count }),
    common: file.terms,
    passes_count: file.passes_count,
    catalog,
    solver: await memberOf(catalog.solvers, 'interior-point', 'name', 'solver').prepare(),
    scheme,
    veils: file.protection && new VeilMaker(scheme.casting!, file.terms, file.protection as ProtectionTerms, services),
  };
  const ids = new Set<string>();
  const seated = file.agents.map((entry, k): Seated => {
    const where = `agents[${k}]`;
    if (ids.has(entry.id)) {
      throw new InputError({
        code: 'STUDY_DUPLICATE_ID',
        message: `The id "${entry.id}" is taken`,
        where: `${where}.id`,
        hint: 'Name every agent once.',
      });
    }
    ids.add(entry.id);
    return seat(entry, where, around);
  });
  return groupOf(file, around.grid, seated, scheme.casting!);
}

function schemeOf(document: unknown, catalog: Catalog): Scheme<Record<string, unknown>> {
  const name = document !== null && typeof document === 'object' && 'scheme' in document ? document.scheme : undefined;
  const scheme: Scheme<Record<string, unknown>> = memberOf(catalog.schemes, typeof name === 'string' ? name : '', 'name', 'scheme');
  if (scheme.casting !== undefined) return scheme;
  throw new CombinationError({
    code: 'DEPLOY_NO_AGENTS',
    message: `The scheme ${scheme.name} has no agents that could run by themselves`,
    where: 'scheme',
    hint: 'Deploy the study anew, with a scheme that negotiates.',
  });
}

function seat(entry: Entry, where: string, around: Surroundings): Seated {
  const { id, as, terms, device, wires } = entry;
  if (as === helperKind) return { entry, agent: new StandBy(veilsFor(around, where).helper(entry)) };
  const own = { id, as, terms };
  const { casting } = around.scheme;
  const cast = (oracle: Oracle | undefined, before: Snapshot | undefined): CastAgent => {
    const agent = casting!.cast(around.common, own, oracle, before);
    return entry.crowds.length > 0 ? veilsFor(around, where).veiled(entry, agent, retry_s) : agent;
  };
  if (wires !== undefined) return { entry, ...wiresAgent(wires, where, around, cast) };
  if (device === undefined) return { entry, agent: new InPasses(around.passes_count, (_, carried) => cast(undefined, carried)) };
  return { entry, ...askedAgent(around.passes_count, deviceOracle(entry.id, device, where, around), cast) };
}

/** @throws {InputError} STUDY_MISSING_KEY */
function veilsFor({ veils }: Surroundings, where: string): VeilMaker {
  if (veils) return veils;
  throw new InputError({
    code: 'STUDY_MISSING_KEY',
    message: 'The agent stands behind veils, and the file does not say which',
    where: `${where}.crowds`,
    hint: 'Let `gridflock deploy` write the file anew.',
  });
}

/** An agent with somebody to ask: an oracle of its own in every pass, so that nothing of the one before shows. */
function askedAgent(
  passes_count: number,
  oracleIn: (carried: Snapshot | undefined) => Oracle,
  cast: (oracle: Oracle, before: Snapshot | undefined) => CastAgent,
  carryOn?: (agent: CastAgent) => Snapshot,
): Pick<Seated, 'agent' | 'oracle'> {
  let oracle: Oracle;
  const make = (_: number, carried: Snapshot | undefined): CastAgent => {
    oracle = oracleIn(carried);
    return cast(oracle, carried);
  };
  return { agent: new InPasses(passes_count, make, carryOn), oracle: () => oracle };
}

/** @returns the way to an oracle of the device that has not been asked yet */
function deviceOracle(
  id: string,
  { kind: name, owner, params, exclusive, capability }: DeviceEntry,
  where: string,
  around: Surroundings,
): () => Oracle {
  const { grid, catalog, solver } = around;
  const kind = memberOf(catalog.devices, name, 'kind', `${where}.device.kind`);
  const values = readParams(kind, params, { grid, profiles: new Map(), where: `${where}.device.params` });
  const device: Device = { id, kind, bus: '', owner, values };
  const prepared = { grid, document: { exclusive, capability } };
  const block = blockOf(device, prepared);
  return () => oracleOf(device, block, prepared, solver);
}

/** The wires' own agent linearises them around the plan that it agreed to itself in the pass before. */
function wiresAgent(
  entry: WiresEntry,
  where: string,
  around: Surroundings,
  cast: (oracle: Oracle, before: Snapshot | undefined) => CastAgent,
): Pick<Seated, 'agent' | 'oracle'> {
  const { grid, catalog, solver, passes_count } = around;
  const formulation = memberOf(catalog.formulations, entry.formulation, 'name', `${where}.wires.formulation`);
  const { network, operatingPoint } = readNetworkDocument(entry.network, (path) => `${where}.wires.network.${path.join('.')}`);
  const nB = network.buses.length;
  const busAt = (id: string, place: string): number => {
    const b = network.buses.findIndex((bus) => bus.id === id);
    if (b >= 0) return b;
    throw new InputError({
      code: 'STUDY_UNKNOWN_BUS',
      message: `The network has no bus "${id.slice(0, 40)}"`,
      where: `${where}.wires.${place}`,
    });
  };
  const p_fixed_kW = new Float64Array(grid.steps_count * nB);
  const q_fixed_kvar = new Float64Array(grid.steps_count * nB);
  entry.fixed.forEach(({ bus, p_kW, q_kvar }, k) => {
    const b = busAt(bus, `fixed[${k}].bus`);
    for (let t = 0; t < grid.steps_count; t++) {
      p_fixed_kW[t * nB + b] = stepOf(p_kW, t, `${where}.wires.fixed[${k}].p_kW`);
      q_fixed_kvar[t * nB + b] = stepOf(q_kvar, t, `${where}.wires.fixed[${k}].q_kvar`);
    }
  });
  const fixed = {
    grid,
    network,
    slack: busAt(entry.slack, 'slack'),
    v_slack_pu: entry.v_slack_pu,
    isolated: operatingPoint.isolated,
    p_fixed_kW,
    q_fixed_kvar,
    document: { limits: { margin_pu: entry.margin_pu }, losses: entry.losses },
    buy_cur_per_kWh: Float64Array.from({ length: grid.steps_count }, (_, t) =>
      stepOf(entry.buy_cur_per_kWh, t, `${where}.wires.buy_cur_per_kWh`),
    ),
  };
  const connected = entry.connections.map(({ bus }, k) => busAt(bus, `connections[${k}].bus`));
  const s_connected_kVA = Float64Array.from(entry.connections, ({ s_max_kVA }) => s_max_kVA);
  const flows = new StepFlows(fixed, catalog.powerflows);
  const oracleIn = (carried: Snapshot | undefined): Oracle => {
    const ports = carried?.['ports_kW'] as Float64Array | undefined;
    const { p_kW, q_kvar } = ports ? injectionsAt(fixed, connected, ports) : { p_kW: p_fixed_kW, q_kvar: q_fixed_kvar };
    const base = baseFlowOf(flows.solve(p_kW, q_kvar), p_kW, q_kvar);
    const lossPrice_cur_per_kWh = lossPrice(fixed, carried?.['slackPrice_cur_per_kWh'] as Float64Array | undefined);
    return oracleFor(
      formulation.build(wiresOf(fixed, { connected, s_connected_kVA, lossPrice_cur_per_kWh, base })).block,
      grid.dt_h,
      solver,
    );
  };
  return askedAgent(passes_count, oracleIn, cast, (agent) => ({
    ...agent.carry(),
    ports_kW: Float64Array.from(agent.ports!),
    slackPrice_cur_per_kWh: Float64Array.from(agent.prices.get(entry.slack) ?? fixed.buy_cur_per_kWh),
  }));
}

function stepOf(values: readonly number[], t: number, where: string): number {
  const value = values[t];
  if (value !== undefined && Number.isFinite(value)) return value;
  throw new InputError({
    code: 'PROFILE_LENGTH',
    message: `A profile needs one finite value per step: got ${values.length} values`,
    where,
    hint: 'Cover the whole horizon.',
  });
}
