import { Wiretap } from '../../agents/wiretap.ts';
import { CombinationError } from '../../base/errors.ts';
import type { Block } from '../../problem/block.ts';
import type { Outcome, RoundRecord, Scheme } from '../../schemes/contract.ts';
import type { ReadySolver, SolverTakes } from '../../solvers/contract.ts';
import { supportOf } from '../../solvers/range.ts';
import type { NegotiateResult } from '../../wire/result.ts';
import { carrierOf, type Wire, wireOf } from '../carrier.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { readDocument } from '../document.ts';
import { memberOf } from '../member.ts';
import { baseFlowOf, StepFlows } from '../power-flow.ts';
import { planAlone, sitesOf } from './alone.ts';
import { negotiateSchema } from './document.ts';
import { coordinatedPlan, judge, uncoordinatedPlan } from './plan.ts';
import { type Prepared, prepare } from './prepare.ts';
import { type Protection, protectionOf } from './privacy.ts';
import { blockOf, type NegotiationProblem, negotiationProblem } from './problem.ts';
import { resultOf } from './result.ts';
import { injectionsAt } from './wires.ts';

/**
 * Three plans for one day on common data: every owner alone, negotiated, and the central optimum; each checked by an AC
 * power flow. The negotiation is repeated with the wires linearised around the last plan, as often as the document says.
 */
export async function runNegotiate(document: unknown, catalog: Catalog, services: StudyServices): Promise<NegotiateResult> {
  const prepared = await prepare(readDocument(negotiateSchema, document), catalog, services);
  const wire = await wireOf(prepared.document.transport, services);
  const member = memberOf(catalog.solvers, prepared.document.solver, 'name', 'solver');
  const solver = await member.prepare();
  const asking = await memberOf(catalog.solvers, 'interior-point', 'name', 'solver').prepare();
  const scheme: Scheme<Record<string, unknown>> = memberOf(catalog.schemes, prepared.document.scheme.kind, 'name', 'scheme.kind');
  const yardstick: Scheme<Record<string, unknown>> = memberOf(catalog.schemes, 'central', 'name', 'scheme.kind');
  const protection = protectionOf(prepared, scheme, services);
  const blocks = [prepared.upstream, ...prepared.devices].map((device) => blockOf(device, prepared));
  const stepFlows = new StepFlows(prepared, catalog.powerflows);

  services.onProgress({ phase: 'each owner alone', done: 0 });
  const sitePlans = sitesOf(prepared).map((site) => planAlone(prepared, site, blocks.slice(1), solver));
  await services.breathe();

  const negotiated = await negotiate(
    prepared,
    blocks,
    stepFlows,
    { scheme, protection },
    { whole: solver, takes: member.takes, asking },
    wire,
    services,
  );
  services.onProgress({ phase: 'central optimum', done: 0 });
  await services.breathe();
  const optimum = await yardstick.run(negotiated.problem.coordination, { ...yardstick.defaults }, { solver, carry: async () => {} });

  services.onProgress({ phase: 'AC power flow of every plan', done: 0 });
  const { problem } = negotiated;
  const plans = {
    uncoordinated: judge(prepared, problem, stepFlows, uncoordinatedPlan(prepared, blocks.slice(1), sitePlans)),
    negotiated: judge(
      prepared,
      problem,
      stepFlows,
      coordinatedPlan('negotiated', 'Negotiated between agents', prepared, problem, negotiated.outcome),
    ),
    central: judge(
      prepared,
      problem,
      stepFlows,
      coordinatedPlan('central', 'Central optimum, all data in one place', prepared, problem, optimum),
    ),
  };
  return resultOf({
    prepared,
    problem,
    blocks,
    sitePlans,
    scheme: scheme.name,
    plans,
    outcome: negotiated.outcome,
    optimum,
    transport: wire.says,
    wiretap: negotiated.wiretap,
    protection,
    services,
  });
}

interface Negotiated {
  readonly problem: NegotiationProblem;
  readonly outcome: Outcome;
  readonly wiretap: Wiretap;
}

interface NegotiateSolvers {
  readonly whole: ReadySolver;
  readonly takes: SolverTakes;
  readonly asking: ReadySolver;
}

/** By which scheme, and behind which veils. */
interface Conduct {
  readonly scheme: Scheme<Record<string, unknown>>;
  readonly protection: Protection | undefined;
}

async function negotiate(
  prepared: Prepared,
  blocks: readonly Block[],
  stepFlows: StepFlows,
  { scheme, protection }: Conduct,
  solvers: NegotiateSolvers,
  wire: Wire,
  services: StudyServices,
): Promise<Negotiated> {
  const { document } = prepared;
  const { kind: _kind, ...options } = document.scheme;
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const wiretap = new Wiretap((id) =>
    id === 'convener' || id === 'trustee' ? id : id.startsWith('net ') ? 'net' : id === 'wires' ? 'wires' : 'device',
  );
  let { p_kW, q_kvar } = { p_kW: prepared.p_fixed_kW, q_kvar: prepared.q_fixed_kvar };
  const history: RoundRecord[] = [];
  let rounds_count = 0;
  let before: Outcome | undefined;
  let rhoFirst: number | undefined;
  const passes_count = prepared.formulation.usesBase ? document.refinements_count : 0;
  for (let pass = 0; ; pass++) {
    const base = baseFlowOf(stepFlows.solve(p_kW, q_kvar), p_kW, q_kvar);
    const problem = negotiationProblem(prepared, blocks, base, solvers.asking, before);
    if (pass === 0) checkCones(prepared, problem, solvers.takes);
    const carry = carrierOf(wire, wiretap, services, prepared.stream.split(`network of pass ${pass}`));
    const outcome = await scheme.run(
      problem.coordination,
      // the step length begins anew, with what everybody has been told
      { ...scheme.defaults, ...(rhoFirst === undefined ? {} : { rho: rhoFirst }), ...given, ...protection?.schemeOptions },
      {
        solver: solvers.whole,
        support: (block, direction) => supportOf(block, solvers.asking)(direction),
        carry: (roles) => carry(protection ? protection.wrap(roles, scheme.crowds!(problem.coordination)) : roles),
        hasCrowds: protection !== undefined,
        onRound: ({ round, primalResidual_kW }) => {
          services.onProgress({
            phase: pass === 0 ? 'negotiating' : 'negotiating on the refined wires',
            done: rounds_count + round,
            text: `imbalance ${primalResidual_kW.toExponential(1)} kW`,
          });
        },
      },
    );
    const earlier_count = rounds_count;
    rounds_count += outcome.rounds_count;
    history.push(...outcome.history.map((record) => ({ ...record, round: record.round + earlier_count })));
    if (outcome.status !== 'agreed' || pass === passes_count) {
      return { problem, outcome: { ...outcome, history, rounds_count }, wiretap };
    }
    before = outcome;
    rhoFirst ??= outcome.history[0]?.rho;
    // as the wires see it, so that their agent needs nobody else's word for it
    ({ p_kW, q_kvar } = injectionsAt(prepared, problem.connected, outcome.ports[outcome.ports.length - 1]));
  }
}

/** Better said before the negotiation than at the yardstick behind it. */
function checkCones({ document }: Prepared, { coordination }: NegotiationProblem, takes: SolverTakes): void {
  for (const { id, block } of coordination.parts) {
    const other = block.program.cones?.find(({ kind }) => !takes.cones.includes(kind));
    if (!other) continue;
    throw new CombinationError({
      code: 'SOLVER_CANNOT',
      message: `The solver ${document.solver} takes no ${other.kind} cones, but "${id}" has some`,
      where: 'solver',
      hint: 'Choose the solver interior-point (outer-approximation with whole choices), or the formulation lindistflow and the capability polygon.',
    });
  }
}
