import type { AgentId, Role } from '../../../agents/role.ts';
import { stepLocalTime, type TimeGrid } from '../../../base/time-grid.ts';
import type { Oracle } from '../../../problem/oracle.ts';
import type { CastAgent, Casting, Terms } from '../../../schemes/contract.ts';
import type { AgentReport } from '../../agent-report.ts';
import type { CastGroup, LiveTerms } from '../../deployment.ts';
import type { DeviceEntry, WiresEntry } from './schema.ts';
import { helperKind, peersBehindVeils, type VeiledEntry } from './veils.ts';

/** An agent in its place. */
export interface Seated {
  readonly entry: VeiledEntry & {
    readonly device?: DeviceEntry | undefined;
    readonly wires?: WiresEntry | undefined;
    readonly shares: readonly 'bound'[];
  };
  readonly agent: Role & { readonly current: CastAgent; readonly passesBegun_count: number };
  /** Of the pass that it is in, where it speaks for a part. */
  readonly oracle?: (() => Oracle) | undefined;
}

interface GroupFile extends LiveTerms {
  readonly title: string;
  readonly currency: string;
  readonly passes_count: number;
  readonly terms: Terms;
  readonly helpers: readonly AgentId[];
}

/** The agents of a file, as the host runs them and asks them at the end. */
export function groupOf<O>(file: GroupFile, grid: TimeGrid, seated: readonly Seated[], casting: Casting<O>): CastGroup {
  const { run, transport, silence_s, beat_s, absence_s, reportsTo } = file;
  const enrolled = new Map<AgentId, ReadonlySet<AgentId>>(
    seated.map(({ entry }) => [entry.id, new Set(peersBehindVeils(entry, casting, file.terms, file.helpers))]),
  );
  const ending = (): CastAgent['verdict'] => {
    // who is in the last pass, or was told that there will be none; helpers are told nothing and have nothing against it
    const told = seated.filter(({ entry }) => entry.as !== helperKind).map(({ agent }) => (agent.done ? agent.current.verdict : undefined));
    return (
      told.find((verdict) => verdict !== undefined && verdict !== 'agreed') ?? (told.every((v) => v === 'agreed') ? 'agreed' : undefined)
    );
  };
  return {
    live: {
      run,
      transport,
      silence_s,
      beat_s,
      ...(absence_s === undefined ? {} : { absence_s }),
      ...(reportsTo === undefined ? {} : { reportsTo }),
    },
    title: file.title,
    roles: seated.map(({ agent }) => agent),
    mustNotForget: seated.some(({ entry }) => entry.crowds.some(({ net }) => net !== entry.id)),
    admits: (from, to) => enrolled.get(to)?.has(from) === true,
    get progress() {
      return progressOf(file, seated);
    },
    get status() {
      const verdict = ending();
      if (verdict === undefined) return undefined;
      return verdict === 'agreed' ? 'ok' : verdict === 'infeasible' ? 'infeasible' : 'not-converged';
    },
    get reason() {
      const verdict = ending();
      const refusing = [...new Set(seated.flatMap(({ agent }) => agent.current.refusing ?? []))];
      if (verdict === undefined || verdict === 'agreed') return undefined;
      if (verdict === 'infeasible')
        return `there is no plan${refusing.length > 0 ? ` for ${refusing.join(', ')}` : ''} that keeps all the limits`;
      return verdict === 'stalled' ? 'prices ran on and the imbalance stayed' : 'the limit of rounds was reached';
    },
    results: () => {
      const steps = Array.from({ length: grid.steps_count }, (_, t) => stepLocalTime(grid, t));
      return seated.map((each) => resultOf(each, file.currency, grid, steps));
    },
    reports: () => seated.map((each) => reportOf(each, grid)),
  };
}

function progressOf({ passes_count }: GroupFile, seated: readonly Seated[]): CastGroup['progress'] {
  const pass = Math.max(...seated.map(({ agent }) => agent.passesBegun_count));
  const judge = seated.find(({ agent }) => agent.current.history !== undefined)?.agent.current;
  const last = judge?.history?.at(-1);
  return {
    phase: passes_count === 1 ? 'negotiating' : `negotiating, pass ${pass} of ${passes_count}`,
    done: last?.round ?? 0,
    ...(last === undefined ? {} : { text: `imbalance ${last.primalResidual_kW.toExponential(1)} kW` }),
  };
}

function resultOf({ entry, agent, oracle }: Seated, currency: string, grid: TimeGrid, steps: readonly string[]): Record<string, unknown> {
  const { current } = agent;
  const { ports, history, imbalance_kW } = current;
  const nT = grid.steps_count;
  return {
    agent: entry.id,
    as: entry.as,
    ...(entry.device ? { kind: entry.device.kind, owner: entry.device.owner } : {}),
    verdict: current.verdict ?? null,
    passes_count: agent.passesBegun_count,
    currency,
    time: { startsAt: grid.startsAt, zone: grid.zone, dt_h: grid.dt_h, steps },
    nets: [...current.prices].map(([net, price], k) => ({
      net,
      ...(ports === undefined ? {} : { p_kW: plain(ports, 2 * k * nT, nT), q_kvar: plain(ports, (2 * k + 1) * nT, nT) }),
      price_cur_per_kWh: plain(price, 0, nT),
      price_q_cur_per_kvarh: plain(price, nT, nT),
    })),
    ...(oracle === undefined || ports === undefined ? {} : ownOf(oracle(), ports, current, grid)),
    ...(imbalance_kW === undefined ? {} : { imbalance_max_kW: imbalance_kW.reduce((most, value) => Math.max(most, Math.abs(value)), 0) }),
    ...judgementOf(current),
    ...(history === undefined || history.length === 0 ? {} : { history }),
    ...(current.refusing && current.refusing.length > 0 ? { refusing: current.refusing } : {}),
    dropped: Object.fromEntries(current.dropped),
  };
}

/** How far from agreement the last round was, where the agent judges. */
function judgementOf({ history, tolerance, roundsBefore_count = 0 }: CastAgent) {
  const last = history?.at(-1);
  if (history === undefined || last === undefined) return {};
  const { primalResidual_kW, dualResidual_cur_per_kWh } = last;
  return { rounds_count: roundsBefore_count + history.length, primalResidual_kW, dualResidual_cur_per_kWh, tolerance };
}

/** What others may know of it. Written out key by key, so that nothing comes in by the way. */
function reportOf({ entry, agent, oracle }: Seated, grid: TimeGrid): AgentReport {
  const { current } = agent;
  const nT = grid.steps_count;
  const [net] = entry.as === 'net' ? current.prices : [];
  const bound_cur = entry.shares.includes('bound') && oracle !== undefined ? boundOf(oracle(), current) : undefined;
  return {
    agent: entry.id,
    as: entry.as,
    verdict: current.verdict ?? null,
    passes_count: agent.passesBegun_count,
    dropped: Object.fromEntries(current.dropped),
    ...(net === undefined
      ? {}
      : { net: { id: net[0], price_cur_per_kWh: plain(net[1], 0, nT), price_q_cur_per_kvarh: plain(net[1], nT, nT) } }),
    ...judgementOf(current),
    ...(bound_cur === undefined || !Number.isFinite(bound_cur) ? {} : { bound_cur }),
  };
}

/**
 * What only the owner can say: the plan inside, its cost, what the net pays for it, and the own term of the dual bound
 * g(λ) = Σ_k min_x f_k(x) − λᵀx·dt, which stays here (decision 0026) unless the owner shares it: whoever has the terms of all has the bound.
 */
function ownOf(oracle: Oracle, ports: Float64Array, agent: CastAgent, { dt_h }: TimeGrid): Record<string, unknown> {
  const schedule = Object.fromEntries([...oracle.schedule()].map(([name, values]) => [name, plain(values, 0, values.length)]));
  const own_cur = oracle.cost();
  const received_cur = pricesOf(agent).reduce((sum, value, i) => sum + value * ports[i] * dt_h, 0);
  const bound_cur = boundOf(oracle, agent);
  return { own_cur, received_cur, bound_cur: Number.isFinite(bound_cur) ? bound_cur : null, schedule };
}

/** All that it is paid by, [terminal][channel][step]. */
const pricesOf = ({ prices }: CastAgent): Float64Array => Float64Array.from([...prices.values()].flatMap((values) => [...values]));

/** min_x f(x) − λᵀx·dt at the prices that it knows; not finite where there is no plan. */
function boundOf(oracle: Oracle, agent: CastAgent): number {
  const price = pricesOf(agent);
  return oracle.response(price, new Float64Array(price.length));
}

/** Numbers as JSON keeps them: it knows no −0. */
const plain = (values: Float64Array, first: number, count: number): number[] =>
  Array.from(values.subarray(first, first + count), (value) => value + 0);
