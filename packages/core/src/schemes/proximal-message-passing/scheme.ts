import type { Conflict, CoordinationProblem, Outcome, Scheme, SchemeServices } from '../contract.ts';
import { agreementOf, agreementOfCrowds, castConvener, castNet, castParticipant, crowdsOf } from './cast.ts';
import { casting } from './casting.ts';
import type { Convener } from './convener.ts';
import { statusOf } from './messages.ts';
import type { Net } from './net.ts';
import { defaults, type ProximalOptions } from './options.ts';

/** Agents split the problem along its nets and meet at prices. */
export const proximalMessagePassing: Scheme<ProximalOptions> = {
  name: 'proximal-message-passing',
  title: 'Proximal message passing between device, net and feeder agents',
  theorem:
    'ADMM on the exchange problem: for closed, proper, convex parts with a saddle point the residuals go to zero, the cost to the ' +
    'optimum and λ to an optimal price, for every ρ that is fixed from some round on (Boyd et al. 2011 §3.2; Kraning et al. 2014). Rounds without who is late are finitely many.',
  defaults,
  crowds: crowdsOf,
  run,
  casting,
};

async function run(problem: CoordinationProblem, options: ProximalOptions, services: SchemeServices): Promise<Outcome> {
  const agreement = agreementOf(problem, options);
  const { common, ...cast } = services.hasCrowds ? agreementOfCrowds(agreement) : agreement;
  const oracles = new Map(problem.parts.map((part) => [part.id, part.oracle]));
  const participants = cast.participants.map((own) => castParticipant(common, own, oracles.get(own.id)!));
  const netRoles = cast.nets.map((net) => castNet(common, net));
  const convener = castConvener(
    common,
    cast.nets.map((net) => net.id),
    services.onRound,
  );
  const nets = [...problem.nets].sort((a, b) => (a.id < b.id ? -1 : 1));
  await services.carry([...participants, ...netRoles, convener]);

  // What follows is read off the agents by the experiment; nothing of it was sent.
  const answers = new Map(participants.map((p) => [p.id, Float64Array.from(p.power)]));
  const balanced = new Map(participants.map((p) => [p.id, p.consensus]));
  const inOrder = problem.parts.map((part) => part.oracle);
  const cost_cur = inOrder.map((oracle) => oracle.cost());
  const schedules = inOrder.map((oracle) => oracle.schedule());
  const relaxations = problem.parts.flatMap((part) => {
    const text = part.oracle.relaxation?.();
    return text ? [`${part.id}: ${text}`] : [];
  });
  const prices = new Map(nets.map((net, k) => [net.id, Float64Array.from(netRoles[k].price)]));
  const conflict =
    convener.verdict === 'agreed'
      ? []
      : conflictsOf(
          problem,
          nets.map((n) => n.id),
          netRoles,
          convener,
        );
  const heading = new Map(nets.map((net, k) => [net.id, netRoles[k].heading]));
  const agreed = convener.verdict === 'agreed';
  const separation_kW = agreed || convener.verdict === 'refused' ? 0 : separation(problem, heading, services.support);
  const infeasible = convener.verdict === 'refused' || separation_kW > 0;
  const bound_cur = infeasible ? Number.POSITIVE_INFINITY : dualBound(problem, prices);
  return {
    status: infeasible ? 'infeasible' : statusOf(convener.verdict ?? 'round-limit'),
    ports: problem.parts.map((part) => answers.get(part.id)!),
    balanced: problem.parts.map((part) => balanced.get(part.id)!),
    cost_cur,
    schedules,
    relaxations,
    prices,
    rounds_count: convener.history.length,
    history: convener.history,
    tolerance: convener.tolerance,
    bound_cur,
    certificate: { theorem: proximalMessagePassing.theorem, ...(separation_kW > 0 ? { separation_kW } : {}) },
    conflict,
  };
}

/**
 * Dual function at the final prices: Σ_k min f_k(x) − λᵀx·dt ≤ optimal cost, whatever the prices are.
 * Each term is the part's own best answer; only the sum is used.
 */
function dualBound(problem: CoordinationProblem, prices: ReadonlyMap<string, Float64Array>): number {
  let bound = 0;
  for (const part of problem.parts)
    bound += part.oracle.response(alongTerminals(problem, part.terminals, prices), scratch(part.oracle.width_count));
  return bound;
}

/**
 * Proof of infeasibility: a direction d at the nets along which even the most willing parts together inject less than
 * nothing, Σ_k max_{x ∈ X_k} dᵀx < 0, although at every net the sum must be zero. Returns −that sum when it is negative,
 * over ‖d‖₁ = 1, in kW; otherwise 0.
 */
function separation(problem: CoordinationProblem, heading: ReadonlyMap<string, Float64Array>, support: SchemeServices['support']): number {
  let norm = 0;
  for (const values of heading.values()) for (const value of values) norm += Math.abs(value);
  if (norm === 0 || !support) return 0;
  const direction = new Map([...heading].map(([id, values]) => [id, values.map((value) => value / norm)]));
  let most = 0;
  for (const part of problem.parts) {
    const own = support(part.block, alongTerminals(problem, part.terminals, direction));
    if (own === undefined) return Number.POSITIVE_INFINITY;
    most += own;
  }
  return most < -1e-7 ? -most : 0;
}

function alongTerminals(problem: CoordinationProblem, terminals: readonly string[], at: ReadonlyMap<string, Float64Array>): Float64Array {
  const width = problem.channels_count * problem.steps_count;
  const all = new Float64Array(terminals.length * width);
  terminals.forEach((net, k) => all.set(at.get(net)!, k * width));
  return all;
}

const scratch = (n: number): Float64Array => new Float64Array(n);

/** Nets and steps with the largest imbalance that is left, and who stands there. */
function conflictsOf(problem: CoordinationProblem, ids: readonly string[], nets: readonly Net[], convener: Convener): Conflict[] {
  const all: Conflict[] = [];
  nets.forEach((net, k) => {
    const agents = problem.parts.filter((part) => part.terminals.includes(ids[k])).map((part) => part.id);
    for (let i = 0; i < net.imbalance.length; i++) {
      const step = i % problem.steps_count;
      if (Math.abs(net.imbalance[i]) > Math.max(1e-3, 10 * convener.tolerance.primal_kW)) {
        all.push({ net: ids[k], step, imbalance_kW: net.imbalance[i] * agents.length, agents });
      }
    }
  });
  if (convener.refusing.size > 0) {
    return [...convener.refusing].map((id) => ({ net: '', step: 0, imbalance_kW: 0, agents: [id] }));
  }
  return all.sort((a, b) => Math.abs(b.imbalance_kW) - Math.abs(a.imbalance_kW)).slice(0, 20);
}
