import type { AgentReport, ResultLetter } from '@gridflock/core';

/** What the letters of a run say together. */
export interface CommonResult {
  /** The worst that anybody says; `incomplete` where all who have written agree, and not all have written. */
  readonly status: ResultLetter['status'] | 'incomplete';
  /** In sentences, each once. */
  readonly reasons: readonly string[];
  /** Who has not written. */
  readonly missing: readonly string[];
  /** Rounds, residuals and tolerances as the convener has seen them. */
  readonly judgement: Pick<AgentReport, 'rounds_count' | 'primalResidual_kW' | 'dualResidual_cur_per_kWh' | 'tolerance'> | undefined;
  /**
   * Lower bound on the cost of any plan, g(λ) = Σ_k min_x f_k(x) − λᵀx·dt; only where the terms of all who speak for a part came along.
   */
  readonly bound_cur: number | undefined;
  readonly nets: readonly NonNullable<AgentReport['net']>[];
  readonly agents: readonly Readonly<Record<string, unknown>>[];
}

/** @param agents - who is to have written; everything is listed in this order */
export function commonResult(agents: readonly string[], letters: ReadonlyMap<string, ResultLetter>): CommonResult {
  const written = agents.flatMap((agent) => letters.get(agent) ?? []);
  const missing = agents.filter((agent) => !letters.has(agent));
  const says = (status: ResultLetter['status']): boolean => written.some((letter) => letter.status === status);
  const reports = written.map(({ report }) => report);
  const judge = reports.find(({ rounds_count }) => rounds_count !== undefined);
  const terms = reports.filter(({ as }) => as === 'participant').map(({ bound_cur }) => bound_cur);
  return {
    status: says('infeasible') ? 'infeasible' : says('not-converged') ? 'not-converged' : missing.length > 0 ? 'incomplete' : 'ok',
    reasons: [...new Set(written.flatMap(({ reason }) => reason ?? []))],
    missing,
    judgement: judge && {
      rounds_count: judge.rounds_count,
      primalResidual_kW: judge.primalResidual_kW,
      dualResidual_cur_per_kWh: judge.dualResidual_cur_per_kWh,
      tolerance: judge.tolerance,
    },
    bound_cur: missing.length > 0 || terms.length === 0 ? undefined : sumOf(terms),
    nets: reports.flatMap(({ net }) => net ?? []),
    agents: written.map(({ status, report: { agent, as, verdict, passes_count, dropped, bound_cur } }) => ({
      agent,
      as,
      status,
      verdict,
      passes_count,
      dropped,
      ...(bound_cur === undefined ? {} : { bound_cur }),
    })),
  };
}

/** Undefined where one of them is not known. */
function sumOf(terms: readonly (number | undefined)[]): number | undefined {
  return terms.reduce<number | undefined>((sum, term) => (sum === undefined || term === undefined ? undefined : sum + term), 0);
}
