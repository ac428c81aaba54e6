import type { Decision } from '../../strategies/contract.ts';
import type { DecidedPlan, DispatchResult, Explanation, PlanCase, ReplayGroup, UncertainResult } from '../../wire/dispatch-result.ts';
import type { Check } from '../../wire/result.ts';
import type { StudyServices } from '../contract.ts';
import { feederDrawing } from '../drawing.ts';
import { voltageTolerance_pu } from '../power-flow.ts';
import { studyTime } from '../study-time.ts';
import { outcomeSeries, tidy } from './cases.ts';
import type { Decided } from './decide.ts';
import { rangeOf, type StudyScenarios, widenOf } from './outcomes.ts';
import type { Prepared } from './prepare.ts';
import { aheadOf, type DispatchProblem } from './problem.ts';
import { sentencesOf } from './sentences.ts';

/** Everything a result is made of. */
export interface Ingredients {
  readonly prepared: Prepared;
  readonly dispatch: DispatchProblem;
  readonly scenarios: StudyScenarios | undefined;
  readonly decided: readonly Decided[];
  readonly cases: readonly (readonly PlanCase[])[];
  readonly reasons: Omit<Explanation, 'sentences'>;
  readonly information: { readonly ws_cur: number; readonly eev_cur: number } | undefined;
  readonly replays: readonly ReplayGroup[];
  /** Of the first replay. */
  readonly samples: readonly Float64Array[];
  readonly services: StudyServices;
}

/** Bound and cost count as one within this, relative to the cost. */
const gapLimit_frac = 1e-4;

export function resultOf(all: Ingredients): DispatchResult {
  const { prepared, dispatch, scenarios, decided, reasons, replays, services } = all;
  const { document, grid, network, everyone } = prepared;
  const { first, cost, rowLower, forecast } = dispatch.problem;
  const plans = decided.map((each, k) => planOf(prepared, dispatch, each, all.cases[k]));
  const adopted = decided[0].decision;
  return {
    status: statusOf(adopted),
    study: document.study,
    title: document.title,
    network: network.name,
    kpis: kpisOf(all),
    certificate: {
      strategy: decided[0].strategy.name,
      ...(plans[0].bound_cur === null ? {} : { bound_cur: plans[0].bound_cur }),
      ...(plans[0].gap_frac === null ? {} : { gap_frac: plans[0].gap_frac }),
      exact: adopted.exact ? 'yes' : 'no',
      rounds_count: adopted.history.length,
    },
    checks: checksOf(all, plans),
    provenance: { version: services.version, seed: services.seed ?? document.seed, inputs: [] },
    time: studyTime(grid),
    currency: document.currency,
    feeder: feederDrawing(network, prepared.slack),
    devices: everyone.map(({ id, kind, bus, owner }, k) => ({ id, kind: kind.kind, bus, owner, decided: prepared.decided[k] })),
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
    replays,
    explanation: { sentences: sentencesOf(prepared, plans, replays, reasons), ...reasons },
    notes: [...document.notes, ...prepared.notes, ...conflictNotes(plans), ...limitNotes(plans)],
  };
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function planOf(
  prepared: Prepared,
  dispatch: DispatchProblem,
  { spec, strategy, decision, time_s }: Decided,
  cases: readonly PlanCase[],
): DecidedPlan {
  const { status, cost, bound, history, exact, outcomes, x, conflict } = decision;
  const hasPlan = outcomes.length > 0;
  const gap = (cost - bound) / Math.max(1, Math.abs(cost));
  const nothing = new Float64Array(0);
  return {
    name: spec.name,
    strategy: strategy.name,
    title: strategy.title,
    theorem: strategy.theorem,
    knows: spec.knows,
    widened: Object.fromEntries(prepared.quantities.map((quantity) => [quantity.spec.name, widenOf(spec.widen_frac, quantity.spec.name)])),
    status,
    cost_cur: hasPlan ? orNull(cost) : null,
    bound_cur: orNull(bound),
    gap_frac: hasPlan ? orNull(Math.max(0, gap)) : null,
    exact,
    rounds: history.map((round) => ({ bound_cur: orNull(round.bound), cost_cur: orNull(round.cost) })),
    outcomes_count: outcomes.length,
    time_s,
    ahead: hasPlan
      ? dispatch.parts.flatMap((part) =>
          aheadOf(dispatch, part).map(({ name, variables }) => ({
            device: part.device.id,
            name,
            values: variables.map((variable) => tidy(dispatch.model.value(variable, { x, y: nothing, u: nothing }))),
          })),
        )
      : [],
    cases,
    ...(conflict ? { conflict } : {}),
  };
}

function uncertainOf({ prepared, samples }: Ingredients): UncertainResult[] {
  const series = samples.map((u) => outcomeSeries(prepared, u));
  return prepared.quantities.map((quantity, q) => {
    const { spec, forecast } = quantity;
    const sorted = Array.from(forecast, (_, t) => series.map((each) => each[q][t]).sort((a, b) => a - b));
    const at = (share: number): number[] => sorted.map((values) => values[Math.round(share * (values.length - 1))]);
    return {
      name: spec.name,
      parameter: spec.parameter,
      devices: spec.devices,
      forecast: [...forecast],
      ...rangeOf(quantity),
      fan: [0.05, 0.25, 0.5, 0.75, 0.95].map(at),
      ...(spec.deviations_max_count === undefined ? {} : { deviations_max_count: spec.deviations_max_count }),
    };
  });
}

function kpisOf({ decided, replays, information, reasons }: Ingredients): Record<string, number> {
  const kpis: Record<string, number> = {};
  for (const { spec, decision } of decided) {
    if (decision.outcomes.length > 0) kpis[`${keyOf(spec.name)}_promised_cur`] = decision.cost;
  }
  for (const { plan, mean_cur, worst_cur, short_frac } of replays[0].plans) {
    kpis[`${keyOf(plan)}_replayed_mean_cur`] = mean_cur;
    kpis[`${keyOf(plan)}_replayed_worst_cur`] = worst_cur;
    kpis[`${keyOf(plan)}_short_frac`] = short_frac;
  }
  const stochastic = decided.find(({ spec }) => spec.knows === 'scenarios' && !spec.tail);
  if (information && stochastic) {
    // both are differences of solved programmes: what is within their tolerance is nothing
    const { cost } = stochastic.decision;
    const worth = (difference: number): number => (Math.abs(difference) <= 1e-7 * Math.abs(cost) ? 0 : difference);
    kpis['perfectInformation_cur'] = worth(cost - information.ws_cur);
    kpis['stochasticSolution_cur'] = worth(information.eev_cur - cost);
  }
  if (reasons.worst.length > 0) kpis['worstHour_harm_cur'] = reasons.worst[0].harm_cur;
  return kpis;
}

/** The name of a plan as part of a key. */
const keyOf = (name: string): string => name.trim().replace(/[^A-Za-z0-9]+/g, '_');

function checksOf({ decided, information }: Ingredients, plans: readonly DecidedPlan[]): Check[] {
  const checks: Check[] = [];
  const below = (name: string, value: number, limit: number): void => void checks.push({ name, value, limit, passed: value <= limit });
  plans.forEach(({ name, gap_frac, cases, status }, k) => {
    checks.push({
      name: `${name}: a decision was found`,
      value: cases.length > 0 ? 1 : 0,
      limit: 1,
      passed: cases.length > 0 && isDone({ status }),
    });
    if (gap_frac !== null && status !== 'method-limit')
      below(`${name}: gap between bound and cost`, gap_frac, Math.max(gapLimit_frac, askedGap_frac(decided[k])));
  });
  // the adopted plan has to stand; the others are there to be compared
  for (const { name, cost_cur, shortfall_kWh, ac } of plans[0].cases) {
    const label = `${plans[0].name}, ${name === 'worst' ? 'worst case' : name}`;
    below(`${label}: what could not be balanced, kWh`, shortfall_kWh, 1e-3);
    below(
      `${label}: AC power flow beyond voltage limits, pu`,
      ac.converged ? ac.v_violation_max_pu : Number.MAX_VALUE,
      voltageTolerance_pu,
    );
    below(`${label}: AC power flow, ratings exceeded`, ac.overloads_count, 0);
    if (name === 'worst' && plans[0].knows === 'set' && !decided[0].spec.tail && plans[0].cost_cur !== null) {
      below(
        `${label}: recourse solved anew costs ${decided[0].decision.rules ? 'no more than rules promised' : 'what was promised'}, relative`,
        (decided[0].decision.rules ? cost_cur - plans[0].cost_cur : Math.abs(cost_cur - plans[0].cost_cur)) /
          Math.max(1, Math.abs(cost_cur)),
        1e-5,
      );
    }
  }
  const stochastic = decided.find(({ spec, decision }) => spec.knows === 'scenarios' && !spec.tail && decision.outcomes.length > 0);
  if (information && stochastic) {
    const { cost } = stochastic.decision;
    const scale = Math.max(1, Math.abs(cost));
    below(
      'order on the scenarios: knowing each (WS) costs no more than the plan (RP), relative',
      (information.ws_cur - cost) / scale,
      1e-5,
    );
    below(
      'order on the scenarios: the plan (RP) costs no more than planning for their mean (EEV), relative',
      (cost - information.eev_cur) / scale,
      1e-5,
    );
  }
  return checks;
}

/** Whether the strategy did what it can do; what gap it then leaves is a finding, not a failure. */
const isDone = ({ status }: { readonly status: string }): boolean => status === 'optimal' || status === 'method-limit';

function statusOf({ status, outcomes }: Decision): DispatchResult['status'] {
  if (outcomes.length > 0) return isDone({ status }) ? 'ok' : 'not-converged';
  // that there is no plan of rules does not say that there is none
  return status === 'method-limit' ? 'not-converged' : 'infeasible';
}

/** The gap that a plan was told to stop at. */
const askedGap_frac = ({ spec, strategy }: Decided): number => Number(spec['gap_frac'] ?? strategy.defaults['gap_frac'] ?? 0);

const conflictNotes = (plans: readonly DecidedPlan[]): string[] =>
  plans.flatMap(({ name, conflict }) =>
    conflict && conflict.length > 0 ? [`"${name}" cannot be: ${conflict.slice(0, 8).join(', ')}.`] : [],
  );

const limitNotes = (plans: readonly DecidedPlan[]): string[] =>
  plans.flatMap(({ name, strategy, status, gap_frac }) =>
    status === 'method-limit' && gap_frac !== null
      ? [`"${name}" may cost up to ${(100 * gap_frac).toPrecision(2)} % more than the best plan: ${strategy} can tell no closer.`]
      : [],
  );
