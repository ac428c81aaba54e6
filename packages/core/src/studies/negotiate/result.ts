import type { Check, KeptAtHome, NegotiateResult, Negotiation, OwnerResult } from '../../wire/result.ts';
import { feederDrawing } from '../drawing.ts';
import { loadingTolerance_frac, voltageTolerance_pu } from '../power-flow.ts';
import { studyTime } from '../study-time.ts';
import type { Ingredients } from './ingredients.ts';
import { injectionsOf, type JudgedPlan } from './plan.ts';
import { relaxationOf } from './relaxation.ts';
import { type Settlement, settle } from './settlement.ts';

/** Relaxed wires may be off by this share of the losses before their plan and prices are not to be trusted. */
const inventedLossTolerance_frac = 0.01;

export function resultOf(all: Ingredients): NegotiateResult {
  const { prepared, plans, outcome } = all;
  const { document, grid, network } = prepared;
  const nT = grid.steps_count;
  const nB = network.buses.length;
  const settlement = settle(all);
  const share = shareOf(all);
  const gap_frac = share(plans.negotiated.result.objective_cur - plans.central.result.objective_cur);
  const bound_gap_frac = share(plans.negotiated.result.objective_cur - outcome.bound_cur);
  const price_gap_frac = largestPriceGap(all);
  const leaks = leakedNames(all);
  const infeasible = outcome.status === 'infeasible';
  const agreed = outcome.status === 'agreed';
  const status = agreed ? 'ok' : infeasible ? 'infeasible' : 'not-converged';
  const total = (fixed: Float64Array): number[] =>
    Array.from({ length: nT }, (_, t) => fixed.subarray(t * nB, (t + 1) * nB).reduce((sum, p) => sum + p, 0));
  return {
    status,
    study: 'negotiate',
    title: document.title,
    network: network.name,
    kpis: finiteOf(kpisOf(all, gap_frac, bound_gap_frac, price_gap_frac)),
    certificate: finiteOf({
      ...outcome.certificate,
      bound_cur: outcome.bound_cur,
      bound_gap_frac,
      ...(all.optimum.status === 'agreed' ? { central_gap_frac: gap_frac } : {}),
      ...Object.fromEntries(Object.entries(all.optimum.certificate).map(([key, value]) => [`central_${key}`, value])),
      ...coneGapsOf(all),
    }),
    checks: checksOf(all, settlement, gap_frac, price_gap_frac, leaks),
    provenance: { version: all.services.version, seed: all.services.seed ?? document.seed, inputs: [] },
    time: studyTime(grid),
    currency: document.currency,
    feeder: feederDrawing(network, prepared.slack),
    // Without agreement there are no prices to settle at.
    owners: agreed ? ownersOf(settlement) : [],
    devices: prepared.devices.map(({ id, kind, bus, owner }) => ({ id, kind: kind.kind, bus, owner })),
    load_kW: total(prepared.p_fixed_kW),
    load_kvar: total(prepared.q_fixed_kvar),
    voltageTolerance_pu,
    tariff: { buy_cur_per_kWh: [...prepared.buy_cur_per_kWh], sell_cur_per_kWh: [...prepared.sell_cur_per_kWh] },
    plans: judgedPlans(all).map((plan) => plan.result),
    negotiation: negotiationOf(all, settlement),
    notes: [
      ...document.notes,
      ...prepared.notes,
      ...conflictNotes(all),
      ...aloneNotes(all),
      ...budgetNotes(all),
      ...outcome.relaxations.map((text) => `Relaxed and overlapping in the negotiated plan: ${text}.`),
    ],
  };
}

/** The plans that there are: the central programme may have none. */
function judgedPlans({ plans, optimum }: Ingredients): JudgedPlan[] {
  const both = [plans.uncoordinated, plans.negotiated];
  return optimum.status === 'agreed' ? [...both, plans.central] : both;
}

/**
 * Money as a share of what is at stake: the cost of the central plan, or a tenth of what flows through the feeder is worth
 * at the tariff where costs and revenues cancel.
 */
function shareOf({ prepared, plans }: Ingredients): (money_cur: number) => number {
  const { p_kW } = injectionsOf(prepared, plans.negotiated.ports);
  const nB = prepared.network.buses.length;
  const turnover_cur = p_kW.reduce((sum, p, i) => sum + Math.abs(p * prepared.buy_cur_per_kWh[Math.floor(i / nB)]) * prepared.grid.dt_h, 0);
  const scale_cur = Math.max(Math.abs(plans.central.result.objective_cur), 0.1 * turnover_cur, 1e-9);
  return (money_cur) => money_cur / scale_cur;
}

/** Without numbers that are none: the bound of a problem without a plan, and what is relative to it. */
const finiteOf = <V extends number | string>(values: Readonly<Record<string, V>>): Record<string, V> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value !== 'number' || Number.isFinite(value)));

/** What relaxed wires leave open, of the negotiated plan and of the central one. */
function coneGapsOf({ problem, outcome, optimum }: Ingredients): Record<string, number> {
  const gaps: Record<string, number> = {};
  for (const [prefix, each] of [
    ['', outcome],
    ['central_', optimum],
  ] as const) {
    const relaxation = relaxationOf(problem, each);
    if (!relaxation) continue;
    gaps[`${prefix}cone_gap_max_pu`] = relaxation.coneGap_max_pu;
    gaps[`${prefix}invented_loss_kWh`] = relaxation.inventedLoss_kWh;
  }
  return gaps;
}

/** Where noise ends a negotiation before it can end itself. */
const budgetNotes = ({ protection, outcome }: Ingredients): string[] =>
  protection?.schemeOptions['rounds_max_count'] !== undefined && outcome.status !== 'agreed'
    ? [`The privacy budget of ${outcome.rounds_count} rounds is spent: this is the plan of the last round, without agreement on prices.`]
    : [];

/** Owners for whom no plan under the tariff was found: their share of the plan "uncoordinated" means nothing. */
const aloneNotes = ({ sitePlans }: Ingredients): string[] =>
  sitePlans
    .filter(({ solved }) => !solved)
    .map(({ site }) => `No plan was found for ${site.owner} alone at bus ${site.bus}: what "uncoordinated" shows there means nothing.`);

/** Which limits contradict each other, from the central programme's proof: one entry per limit, laws of nature last. */
function conflictNotes({ optimum }: Ingredients): string[] {
  if (optimum.status !== 'infeasible' || optimum.conflict.length === 0) return [];
  const steps = new Map<string, string[]>();
  for (const { net } of optimum.conflict) {
    const [, name, step] = /^(.*?)(?:\[(\d+)\])?$/.exec(net)!;
    steps.set(name, [...(steps.get(name) ?? []), ...(step === undefined ? [] : [step])]);
  }
  const isLaw = (name: string): boolean => /balance|voltage drop| law$/.test(name);
  const names = [...steps.keys()].sort((x, y) => Number(isLaw(x)) - Number(isLaw(y)));
  const shown = names.slice(0, 6).map((name) => {
    const at = [...new Set(steps.get(name)!)].sort((x, y) => Number(x) - Number(y));
    return at.length === 0 ? name : `${name} (step ${at.slice(0, 4).join(', ')}${at.length > 4 ? ', …' : ''})`;
  });
  const more = names.length - shown.length;
  return [`No plan keeps all of these at once: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`];
}

function kpisOf(all: Ingredients, gap_frac: number, bound_gap_frac: number, price_gap_frac: number): Record<string, number> {
  const { problem, plans, outcome, optimum, wiretap } = all;
  const kpis: Record<string, number> = {};
  for (const { result } of judgedPlans(all)) {
    kpis[`${result.name}_cost_cur`] = result.cost_cur;
    kpis[`${result.name}_loss_kWh`] = result.ac.loss_kW.reduce((sum, loss) => sum + loss * problem.coordination.dt_h, 0);
    kpis[`${result.name}_v_min_pu`] = result.ac.v_min_pu;
    kpis[`${result.name}_violations_count`] = result.ac.violations_count;
    if (result.ac.loading_max_frac !== undefined) kpis[`${result.name}_loading_max_frac`] = result.ac.loading_max_frac;
    kpis[`${result.name}_import_max_kW`] = Math.max(...result.ac.p_import_kW);
  }
  return {
    ...kpis,
    saving_cur: plans.uncoordinated.result.cost_cur - plans.negotiated.result.cost_cur,
    ...(optimum.status === 'agreed' ? { gap_to_central_frac: gap_frac, price_gap_frac } : {}),
    gap_to_bound_frac: bound_gap_frac,
    rounds_count: outcome.rounds_count,
    messages_count: wiretap.messages_count,
    ...all.protection?.facts(wiretap.traffic()).figures,
  };
}

/** Largest difference of a net's price from the central optimum's, over the mean price. */
function largestPriceGap({ problem, outcome, optimum }: Ingredients): number {
  const { steps_count, nets } = problem.coordination;
  let mean = 0;
  let worst = 0;
  for (const net of nets) {
    const a = outcome.prices.get(net.id)!;
    const b = optimum.prices.get(net.id)!;
    for (let t = 0; t < steps_count; t++) {
      mean += Math.abs(b[t]) / (nets.length * steps_count);
      worst = Math.max(worst, Math.abs(a[t] - b[t]));
    }
  }
  return worst / Math.max(mean, 1e-9);
}

/** What each agent knows and never says: parameters, inputs and states; for the wires, the network and its loads. */
function keptAtHome({ prepared, blocks }: Ingredients): KeptAtHome[] {
  const agents = [prepared.upstream, ...prepared.devices].map((device, k) => ({
    agent: device.id,
    names: [...Object.keys(device.kind.params), ...blocks[k].trajectories.map((t) => t.name)],
  }));
  const wires = ['r_pu', 'x_pu', 's_max_kVA', 'v_min_pu', 'v_max_pu', 'v_pu', 'p_load_kW', 'q_load_kvar', 'p_branch_kW', 'q_branch_kvar'];
  return [...agents, { agent: 'wires', names: wires }];
}

/** Private names that turned up as a field on the wire. */
function leakedNames(all: Ingredients): string[] {
  const crossed = new Set(all.wiretap.traffic().flatMap((row) => row.fields));
  const kept = keptAtHome(all).flatMap(({ names }) => names);
  return [...new Set(kept.filter((name) => crossed.has(name)))];
}

function checksOf(all: Ingredients, settlement: Settlement, gap_frac: number, price_gap_frac: number, leaks: readonly string[]): Check[] {
  const { plans, problem, outcome, optimum } = all;
  const relaxation = relaxationOf(problem, outcome);
  const loss_kWh = plans.negotiated.result.ac.loss_kW.reduce((sum, loss) => sum + loss * problem.coordination.dt_h, 0);
  const within = (name: string, value: number, limit: number): Check => ({ name, passed: value <= limit, value, limit });
  const agreed = outcome.status === 'agreed';
  const { ac, objective_cur } = plans.negotiated.result;
  const share = shareOf(all);
  const privacy = all.protection?.facts(all.wiretap.traffic());
  // Where there is no agreement or no optimum there is nothing to compare with: such checks are left out.
  return [
    within('the agents agreed (nets and steps in conflict)', agreed ? 0 : Math.max(1, outcome.conflict.length), 0),
    ...(optimum.status === 'agreed'
      ? [
          within('negotiated cost is the central optimum (relative)', Math.abs(gap_frac), 1e-4),
          within('prices agree with the central optimum (relative)', price_gap_frac, 0.01),
        ]
      : []),
    ...(agreed ? [within('no plan beats the dual bound (relative)', share(outcome.bound_cur - objective_cur), 1e-4)] : []),
    within('AC power flow of the negotiated plan converges (kVA mismatch)', ac.mismatch_max_kVA, 1e-3),
    within('voltages of the negotiated plan within limits by AC power flow (pu beyond)', ac.v_violation_max_pu, voltageTolerance_pu),
    ...(ac.loading_max_frac === undefined
      ? []
      : [
          within(
            'branches of the negotiated plan within ratings by AC power flow (loading)',
            ac.loading_max_frac,
            1 + loadingTolerance_frac,
          ),
        ]),
    ...(relaxation
      ? [
          within(
            'losses that the relaxed wires invented (relative to those of the AC power flow)',
            Math.abs(relaxation.inventedLoss_kWh) / Math.max(loss_kWh, 1e-9),
            inventedLossTolerance_frac,
          ),
        ]
      : []),
    ...(agreed
      ? [
          within('payments at each net sum to zero (currency)', settlement.netSumMax_cur, 1e-6),
          within('gains add up to the cost saved (relative)', share(settlement.sumError_cur), 1e-3),
        ]
      : []),
    within('private names that crossed the wire', leaks.length, 0),
    ...(privacy ? [within('words of agents that crossed the wire in the open', privacy.figures['privacy_open_words_count'], 0)] : []),
  ];
}

function ownersOf({ parties }: Settlement): OwnerResult[] {
  return parties.map(({ owner, devices, alone_cur, negotiated_cur }) => ({
    owner,
    devices,
    alone_cur,
    negotiated_cur,
    gain_cur: negotiated_cur - alone_cur,
  }));
}

function negotiationOf(all: Ingredients, settlement: Settlement): Negotiation {
  const { prepared, problem, scheme, outcome, transport, wiretap } = all;
  const nT = prepared.grid.steps_count;
  return {
    scheme,
    transport,
    rounds_count: outcome.rounds_count,
    converged: outcome.status === 'agreed',
    history: outcome.history,
    tolerance: outcome.tolerance,
    nets: problem.coordination.nets.map((net, k) => {
      const price = outcome.prices.get(net.id)!;
      return {
        net: net.id,
        bus: net.id,
        price_cur_per_kWh: [...price.subarray(0, nT)],
        price_q_cur_per_kvarh: [...price.subarray(nT)],
        imbalance_max_kW: settlement.imbalanceMax_kW[k],
        payments_sum_cur: settlement.netSum_cur[k],
      };
    }),
    ...(outcome.conflict.length > 0 ? { conflict: outcome.conflict } : {}),
    traffic: wiretap.traffic(),
    messages_count: wiretap.messages_count,
    bytes_count: wiretap.bytes_count,
    lost_count: wiretap.lost_count,
    keptAtHome: keptAtHome(all),
    ...(all.protection ? { privacy: all.protection.facts(wiretap.traffic()) } : {}),
  };
}
