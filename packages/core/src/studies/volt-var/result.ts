import type { VoltVarPlan, VoltVarQuantity, VoltVarResult } from '../../wire/volt-var-result.ts';
import { feederDrawing } from '../drawing.ts';
import { studyTime } from '../study-time.ts';
import { checksOf } from './checks.ts';
import { type Decided, deviationScale } from './decide.ts';
import type { Ingredients } from './ingredients.ts';
import { outcomeSeries, rangeOf } from './outcomes.ts';
import { sentencesOf } from './sentences.ts';

export function resultOf(all: Ingredients): VoltVarResult {
  const { prepared, made, scenarios, decided, adopted, front, services } = all;
  const { document, grid, network, given, zones } = prepared;
  const { first, cost, rowLower, forecast } = made.problem;
  const plans = decided.map((each, k) => planOf(all, each, k));
  const own = plans[adopted];
  return {
    status: own.cases.length === 0 ? 'infeasible' : own.status === 'optimal' ? 'ok' : 'not-converged',
    study: document.study,
    title: document.title,
    network: network.name,
    kpis: kpisOf(all, own),
    certificate: {
      strategy: own.strategy,
      ...(own.bound === null ? {} : { bound: own.bound }),
      ...(own.gap_frac === null ? {} : { gap_frac: own.gap_frac }),
      exact: plans.every(({ exact }) => exact) ? 'yes' : 'no',
      rounds_count: own.rounds_count,
      ...(front ? { front: front.method.name, questions_count: front.traced.questions_count } : {}),
    },
    checks: checksOf(all, plans),
    provenance: { version: services.version, seed: services.seed ?? document.seed, inputs: [] },
    time: studyTime(grid),
    feeder: feederDrawing(network, prepared.slack),
    devices: prepared.devices.map(({ id, kind, bus, owner }, j) => ({
      id,
      kind: kind.kind,
      bus,
      owner,
      p_max_kW: given.inverters[j].p_max_kW,
      s_max_kVA: given.inverters[j].s_max_kVA,
      zone: zones.names[zones.zone[given.inverters[j].bus]],
    })),
    banks: document.banks.map(({ id, bus, step_kvar, steps_count }) => ({ id, bus: String(bus), step_kvar, steps_count })),
    taps_pu: given.taps_pu,
    periodsPerHour_count: given.periodsPerHour_count,
    moves: { tap_max_count: given.tapMoves_max_count, bank_max_count: given.bankMoves_max_count },
    objective: document.objective,
    uncertain: uncertainOf(all),
    size: {
      decisions_count: first.cost.length,
      whole_count: first.integer?.reduce((sum, value) => sum + value, 0) ?? 0,
      reactions_count: cost.length,
      rows_count: first.rowLower.length + rowLower.length,
      symbols_count: forecast.length,
    },
    ...(scenarios ? { scenarios: scenarios.facts } : {}),
    plans,
    adopted,
    ...(front
      ? {
          front: {
            method: front.method.name,
            title: front.method.title,
            theorem: front.method.theorem,
            asked_count: document.front.points_count,
            questions_count: front.traced.questions_count,
            dominated_count: front.traced.dominated_count,
            knee: front.traced.knee,
            hypervolume_frac: front.traced.hypervolume_frac,
            unevenness_frac: front.traced.unevenness_frac,
            time_s: front.time_s,
          },
        }
      : {}),
    published: document.published,
    sentences: sentencesOf(all, plans),
    notes: [
      ...document.notes,
      ...prepared.notes,
      ...plans.flatMap(({ name, conflict }) =>
        conflict && conflict.length > 0 ? [`"${name}" cannot be: ${conflict.slice(0, 8).join(', ')}.`] : [],
      ),
    ],
  };
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function planOf(
  { prepared, made, cases, replays }: Ingredients,
  { name, knows, strategy, decision, costs, time_s }: Decided,
  k: number,
): VoltVarPlan {
  const { status, cost, bound, history, exact, outcomes, x, conflict } = decision;
  const hasPlan = outcomes.length > 0;
  const banks_count = prepared.given.banks.length;
  const taps = hasPlan ? [...made.taps(x)] : [];
  const flat = hasPlan ? made.steps(x) : new Int32Array(0);
  const steps = Array.from({ length: hasPlan ? banks_count : 0 }, (_, c) => taps.map((_, h) => flat[h * banks_count + c]));
  const replay = replays[k];
  return {
    name,
    knows,
    strategy: strategy.name,
    title: strategy.title,
    theorem: strategy.theorem,
    status,
    loss_kWh: hasPlan ? orNull(costs[0]) : null,
    deviation_pu: hasPlan ? orNull(costs[1] / deviationScale) : null,
    cost: hasPlan ? orNull(cost) : null,
    bound: orNull(bound),
    gap_frac: hasPlan ? orNull(Math.max(0, (cost - bound) / Math.max(1, Math.abs(cost)))) : null,
    exact,
    rounds_count: history.length,
    time_s,
    taps,
    steps,
    tapMoves_count: movesOf(taps),
    bankMoves_count: steps.map(movesOf),
    cases: cases[k],
    ...(replay ? { replay } : {}),
    ...(conflict ? { conflict } : {}),
  };
}

export const movesOf = (at: readonly number[]): number => at.slice(1).reduce((sum, here, h) => sum + Math.abs(here - at[h]), 0);

function uncertainOf({ prepared, samples }: Ingredients): VoltVarQuantity[] {
  const series = samples.map((u) => outcomeSeries(prepared, u));
  return prepared.quantities.map((quantity, q) => {
    const sorted = Array.from(quantity.forecast, (_, t) => series.map((each) => each[q][t]).sort((a, b) => a - b));
    return {
      name: `${quantity.kind} of ${quantity.zone}`,
      forecast: [...quantity.forecast],
      ...rangeOf(prepared, quantity),
      fan: [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => sorted.map((values) => values[Math.round(share * (values.length - 1))])),
    };
  });
}

function kpisOf(
  { information, front }: Ingredients,
  { loss_kWh, deviation_pu, replay, tapMoves_count, bankMoves_count }: VoltVarPlan,
): Record<string, number> {
  return {
    ...(loss_kWh === null ? {} : { loss_kWh }),
    ...(deviation_pu === null ? {} : { deviation_pu }),
    tapMoves_count,
    bankMoves_count: bankMoves_count.reduce((a, b) => a + b, 0),
    ...(replay && replay.loss_mean_kWh !== null ? { replayedLoss_mean_kWh: replay.loss_mean_kWh } : {}),
    ...(replay && replay.loss_worst_kWh !== null ? { replayedLoss_worst_kWh: replay.loss_worst_kWh } : {}),
    ...(replay ? { replayed_violating_frac: replay.violating_frac } : {}),
    ...(information ? { stochasticSolution_frac: (information.eev - information.rp) / Math.max(1, Math.abs(information.rp)) } : {}),
    ...(front ? { frontPoints_count: front.plans.length, hypervolume_frac: front.traced.hypervolume_frac } : {}),
  };
}
