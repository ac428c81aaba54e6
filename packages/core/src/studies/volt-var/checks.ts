import type { Check } from '../../wire/result.ts';
import type { VoltVarCaseResult, VoltVarPlan } from '../../wire/volt-var-result.ts';
import { voltageTolerance_pu } from '../power-flow.ts';
import type { Ingredients } from './ingredients.ts';

/** Bound and cost count as one within this, relative to the cost, where the study asks for no other gap. */
const gapLimit_frac = 1e-4;

/** What has to hold of every plan that may be adopted: all points of a front, else the first. */
export function checksOf({ prepared, decided, information, front }: Ingredients, plans: readonly VoltVarPlan[]): Check[] {
  const { document, given } = prepared;
  const checks: Check[] = [];
  const below = (name: string, value: number, limit: number): void => void checks.push({ name, value, limit, passed: value <= limit });
  const asked = Number(document.decide['gap_frac'] ?? 0);
  const offered = front ? plans : plans.slice(0, 1);
  const found = offered.filter(({ cases, status }) => cases.length > 0 && status === 'optimal').length;
  checks.push({ name: 'plans decided to the end', value: found, limit: offered.length, passed: found === offered.length });
  // of a front the worst of all points: hundreds of rows would hide the one that matters
  const whose = front ? 'every point' : offered[0].name;
  const most = (of: (plan: VoltVarPlan) => number): number => Math.max(0, ...offered.map(of));
  const gap_frac = Math.max(gapLimit_frac, asked, Number(decided[0].strategy.defaults['gap_frac'] ?? 0));
  below(
    `${whose}: gap between bound and cost`,
    most((plan) => plan.gap_frac ?? 0),
    gap_frac,
  );
  below(
    `${whose}: moves of the tap changer`,
    most(({ tapMoves_count }) => tapMoves_count),
    given.tapMoves_max_count,
  );
  below(
    `${whose}: moves of the busiest bank`,
    most(({ bankMoves_count }) => Math.max(0, ...bankMoves_count)),
    given.bankMoves_max_count,
  );
  for (const when of ['forecast', 'worst'] as const) {
    const at = `${whose}, ${when === 'worst' ? 'worst case' : when}`;
    const inCase = (of: (one: VoltVarCaseResult) => number): number =>
      most(({ cases }) => Math.max(0, ...cases.filter(({ name }) => name === when).map(of)));
    below(
      `${at}: rows of the linear model missed`,
      inCase(({ shortfall }) => shortfall),
      1e-6,
    );
    below(
      `${at}: AC power flow beyond voltage limits, pu`,
      inCase(({ ac }) => (ac.converged ? ac.v_violation_max_pu : Number.MAX_VALUE)),
      voltageTolerance_pu,
    );
  }
  if (information) {
    const { rp, eev } = information;
    below(
      'the plan costs no more on its scenarios than one for their mean, relative',
      (rp - eev) / Math.max(1, Math.abs(rp)),
      Math.max(1e-5, asked),
    );
  }
  if (front) {
    const { points } = front.traced;
    const dominated = points.filter(({ costs }) => points.some((other) => other.costs[0] < costs[0] && other.costs[1] < costs[1])).length;
    below('points of the front that another one beats in both costs', dominated, 0);
  }
  return checks;
}
