import { BugError, CombinationError } from '../../../base/errors.ts';
import type { Device, ParamSpec } from '../../../devices/contract.ts';
import { buildDocument } from '../../../network/write-document.ts';
import type { Crypto } from '../../../privacy/crypto.ts';
import type { Coefficient } from '../../../problem/affine.ts';
import type { AgentTerms, Casting, CoordinationProblem, Deal, Scheme, Terms } from '../../../schemes/contract.ts';
import type { Catalog, StudyServices } from '../../contract.ts';
import type { SplitAgent, SplitStudy } from '../../deployment.ts';
import { readDocument } from '../../document.ts';
import { memberOf } from '../../member.ts';
import { connectionsOf } from '../connections.ts';
import { negotiateSchema } from '../document.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { checkVeilable } from '../privacy.ts';
import { protectionKind } from '../privacy-kinds.ts';
import { blockOf, negotiationProblem } from '../problem.ts';
import type { DeviceEntry, WiresEntry } from './schema.ts';
import { type CrowdEntry, helperKind, peersBehindVeils } from './veils.ts';

/**
 * Splits a negotiation into what each agent must know: an owner his devices and the nets they stand at, a net who may take part there,
 * the feeder's agent the wires, the convener the stop rule.
 */
export async function splitNegotiation(document: unknown, catalog: Catalog, services: StudyServices): Promise<SplitStudy> {
  const prepared = await prepare(readDocument(negotiateSchema, document), catalog, services);
  const { scheme: chosen } = prepared.document;
  const scheme: Scheme<Record<string, unknown>> = memberOf(catalog.schemes, chosen.kind, 'name', 'scheme.kind');
  if (scheme.casting === undefined) {
    throw new CombinationError({
      code: 'DEPLOY_NO_AGENTS',
      message: `The scheme ${scheme.name} has no agents that could run by themselves`,
      where: 'scheme.kind',
      hint: 'Choose a scheme that negotiates, such as proximal-message-passing.',
    });
  }
  const solver = await memberOf(catalog.solvers, 'interior-point', 'name', 'solver').prepare();
  const blocks = [prepared.upstream, ...prepared.devices].map((device) => blockOf(device, prepared));
  // What is dealt out depends on who stands where and how large it is; not on the flows in the wires.
  const { coordination } = negotiationProblem(prepared, blocks, undefined, solver);
  const { kind: _kind, ...options } = chosen;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const veils = veilsOf(prepared, coordination, scheme);
  const conduct = { ...scheme.defaults, ...given, ...veils?.schemeOptions };
  const deal = scheme.casting.deal(coordination, conduct, veils !== undefined);
  const { grid, formulation } = prepared;
  return {
    common: {
      gridflock: 'agents/1',
      study: 'negotiate',
      title: prepared.document.title,
      currency: prepared.document.currency,
      time: { start: grid.startsAt, zone: grid.zone, step_min: 60 * grid.dt_h, steps_count: grid.steps_count },
      passes_count: 1 + (formulation.usesBase ? prepared.document.refinements_count : 0),
      scheme: scheme.name,
      terms: deal.common,
      ...(veils
        ? { protection: { ...prepared.document.privacy, giveUp_count: conduct['giveUp_count'] ?? 0 }, helpers: veils.helpers }
        : {}),
    },
    agents: [
      ...deal.agents.map((agent) => behindVeils(entryOf(agent, prepared, blocks, scheme.casting!), veils, deal.common, scheme.casting!)),
      ...(veils?.helpers ?? []).map((id) => helperOf(id, veils!.crowds)),
    ],
  };
}

/** Who stands behind veils, and whose help they need. */
interface SplitVeils {
  readonly schemeOptions: Readonly<Record<string, number>>;
  readonly crowds: readonly (CrowdEntry & { readonly members: string[] })[];
  readonly helpers: readonly string[];
  readonly isHousehold: (id: string) => boolean;
}

/** @throws {CombinationError} PRIVACY_SCHEME, PRIVACY_CROWD_SMALL, PRIVACY_NOISE_TOO_LARGE; @throws {InputError} PRIVACY_GROUP */
function veilsOf(prepared: Prepared, problem: CoordinationProblem, scheme: Scheme<Record<string, unknown>>): SplitVeils | undefined {
  const { privacy } = prepared.document;
  if (!privacy) return undefined;
  checkVeilable(prepared, scheme);
  const households = new Set(prepared.devices.map(({ id }) => id));
  const isHousehold = (id: string): boolean => households.has(id);
  const gathered = scheme.crowds!(problem);
  const crowds = gathered.map(({ net, members }) => ({
    net,
    members_count: members.length,
    households_count: members.filter(isHousehold).length,
    members: [...members],
  }));
  const countAt = (net: string): number => crowds.find((crowd) => crowd.net === net)?.households_count ?? 0;
  const kind = protectionKind(
    { ...privacy, giveUp_count: 0 },
    { crypto: noChance, households: { isPrivate: isHousehold, countAt }, devicesOfOwner_max_count: 1 },
  );
  // what cannot be protected is refused here, and not by each agent for itself
  kind.figures(gathered);
  return {
    schemeOptions: kind.schemeOptions ?? {},
    crowds,
    helpers: kind.veilsFor([]).agents.map(({ id }) => id),
    isHousehold,
  };
}

function behindVeils<O>(agent: SplitAgent, veils: SplitVeils | undefined, common: Terms, casting: Casting<O>): SplitAgent {
  if (!veils) return agent;
  const { id } = agent;
  const own = veils.crowds.filter(({ net, members }) => net === id || members.includes(id));
  if (own.length === 0) return agent;
  const crowds: CrowdEntry[] = own.map(({ members, ...crowd }) => (crowd.net === id ? { ...crowd, members } : crowd));
  const entry = { ...(agent.entry as unknown as AgentTerms), crowds, household: veils.isHousehold(id) };
  const [net] = own.filter((crowd) => crowd.net === id);
  return {
    ...agent,
    entry,
    peers: peersBehindVeils(entry, casting, common, veils.helpers),
    ...(net ? { knows: `who may take part here: ${net.members_count}; of what they say, sums only` } : {}),
  };
}

function helperOf(id: string, crowds: SplitVeils['crowds']): SplitAgent {
  const entry = { id, as: helperKind, terms: {}, crowds: [...crowds], household: false };
  return {
    id,
    party: id,
    isOwners: false,
    peers: crowds.flatMap(({ net, members }) => [net, ...members]),
    knows: 'the secret key to sums',
    entry,
  };
}

/** Splitting draws no keys: whoever speaks does. */
const noChance: Crypto = {
  random: refuse,
  keyPair: refuse,
  derive: refuse,
  seal: refuse,
  open: refuse,
  big: { prime: refuse, power: refuse },
};

function refuse(): never {
  throw new BugError({ code: 'BUG_UNEXPECTED', message: 'A key was drawn where a study is split' });
}

function entryOf(
  { part, ...own }: Deal['agents'][number],
  prepared: Prepared,
  blocks: Parameters<typeof connectionsOf>[1],
  casting: Casting<Record<string, unknown>>,
): SplitAgent {
  const peers = casting.peersOf(own);
  const raw = [prepared.document.upstream, ...prepared.document.devices];
  const k = [prepared.upstream, ...prepared.devices].findIndex(({ id }) => id === part);
  if (k >= 0) {
    const device = k === 0 ? prepared.upstream : prepared.devices[k - 1];
    const entry = deviceEntry(device, raw[k], prepared);
    return {
      id: own.id,
      party: device.owner,
      isOwners: true,
      peers,
      knows: `${device.kind.kind} at bus ${device.bus}: ${Object.keys(entry.params).join(', ')}`,
      entry: { ...own, device: entry },
    };
  }
  if (part !== undefined) {
    const { buses, branches } = prepared.network;
    return {
      id: own.id,
      party: 'feeder',
      isOwners: false,
      peers,
      knows: `the network (${buses.length} buses, ${branches.length} branches), its limits, the loads of other customers`,
      entry: { ...own, wires: wiresEntry(prepared, blocks) },
    };
  }
  const isConvener = peers.every((peer) => peer.startsWith('net '));
  return {
    id: own.id,
    party: isConvener ? 'convener' : 'nets',
    isOwners: false,
    peers,
    knows: isConvener ? 'the stop rule' : `who may take part here: ${peers.length - 1}`,
    entry: own,
  };
}

function deviceEntry(device: Device, raw: Readonly<Record<string, unknown>>, { document }: Prepared): DeviceEntry {
  const params: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(device.kind.params) as [string, ParamSpec][]) {
    if (raw[name] === undefined) continue;
    const value: unknown = device.values[name];
    params[name] = spec.type === 'profile' ? plain(value as Coefficient) : raw[name];
  }
  return { kind: device.kind.kind, owner: device.owner, params, exclusive: document.exclusive, capability: document.capability };
}

/** A profile by its numbers: its name means something in the study only. */
const plain = (value: Coefficient): number | number[] => (typeof value === 'number' ? value : Array.from(value));

function wiresEntry(prepared: Prepared, blocks: Parameters<typeof connectionsOf>[1]): WiresEntry {
  const { network, slack, v_slack_pu, p_fixed_kW, q_fixed_kvar, document, formulation } = prepared;
  const { operatingPoint } = prepared.case;
  const nB = network.buses.length;
  const nT = prepared.grid.steps_count;
  const along = (values: Float64Array, b: number): number[] => Array.from({ length: nT }, (_, t) => values[t * nB + b] + 0);
  const rows = network.buses.map(({ id }, b) => ({ bus: id, p_kW: along(p_fixed_kW, b), q_kvar: along(q_fixed_kvar, b) }));
  const none = new Float64Array(nB);
  const { connected, s_connected_kVA } = connectionsOf(prepared, blocks);
  return {
    network: {
      ...buildDocument({ ...prepared.case, network, operatingPoint: { ...operatingPoint, p_kW: none, q_kvar: none, generators: [] } }),
    },
    slack: network.buses[slack].id,
    v_slack_pu,
    fixed: rows.filter(({ p_kW, q_kvar }) => [...p_kW, ...q_kvar].some((value) => value !== 0)),
    connections: connected.map((b, k) => ({ bus: network.buses[b].id, s_max_kVA: s_connected_kVA[k] })),
    formulation: formulation.name,
    margin_pu: document.limits.margin_pu,
    losses: document.losses,
    buy_cur_per_kWh: Array.from(prepared.buy_cur_per_kWh),
  };
}
