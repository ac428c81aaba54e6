import { CombinationError } from '../../base/errors.ts';
import { assemble, partOf, portValues, priceAt } from '../../problem/assemble.ts';
import { largestOverlap } from '../../problem/block.ts';
import { objectiveOf } from '../../problem/program.ts';
import type { Solution } from '../../solvers/contract.ts';
import type { CoordinationProblem, Outcome, Scheme, SchemeServices } from '../contract.ts';

export interface CentralOptions {
  readonly tolerance_frac: number;
}

/** Everything in one programme, by somebody who may see everything: the yardstick for the others. */
export const central: Scheme<CentralOptions> = {
  name: 'central',
  title: 'One programme over all parts, solved at once',
  theorem: 'KKT conditions of the convex programme, recomputed from its data; for whole variables the bound of the search tree.',
  defaults: { tolerance_frac: 1e-9 },
  run,
};

/** @throws {CombinationError} SCHEME_NEEDS_SOLVER */
async function run(problem: CoordinationProblem, options: CentralOptions, services: SchemeServices): Promise<Outcome> {
  const { parts, nets, channels_count, steps_count, dt_h } = problem;
  if (!services.solver) {
    throw new CombinationError({
      code: 'SCHEME_NEEDS_SOLVER',
      message: 'The central scheme needs a solver',
      hint: 'Name one under solver.',
    });
  }
  const blocks = parts.map((part) => part.block);
  const meetings = nets.flatMap((net) =>
    Array.from({ length: channels_count }, (_, channel) => ({
      name: `${net.id} ${channel === 0 ? 'kW' : 'kvar'}`,
      ports: parts.flatMap((part, block) =>
        part.terminals.flatMap((id, k) => (id === net.id ? [{ block, port: k * channels_count + channel }] : [])),
      ),
    })),
  );
  const assembly = assemble(blocks, meetings, steps_count);
  const solution = services.solver.solve(assembly.program, { tolerance_frac: options.tolerance_frac });
  const slices = parts.map((_, k) => partOf(assembly, solution.x, k));
  const prices = new Map(
    nets.map((net, k) => {
      const price = new Float64Array(channels_count * steps_count);
      for (let c = 0; c < channels_count; c++) {
        price.set(priceAt(assembly, solution.rowDual, k * channels_count + c, steps_count, dt_h), c * steps_count);
      }
      return [net.id, price] as const;
    }),
  );
  return {
    status: statusOf(solution),
    ports: parts.map((part, k) => {
      const all = new Float64Array(part.block.ports.length * steps_count);
      part.block.ports.forEach((_, port) => all.set(portValues(part.block, port, slices[k]), port * steps_count));
      return all;
    }),
    cost_cur: parts.map((part, k) => objectiveOf(part.block.program, slices[k])),
    schedules: parts.map(
      (part, k) => new Map(part.block.trajectories.map(({ name, columns }) => [name, Float64Array.from(columns, (j) => slices[k][j])])),
    ),
    relaxations: parts.flatMap((part, k) => {
      const worst = largestOverlap(part.block, slices[k]);
      return worst && worst.amount > 1e-6
        ? [`${part.id}: ${worst.names.join(' and ')} overlap by up to ${worst.amount.toPrecision(3)}`]
        : [];
    }),
    prices,
    rounds_count: solution.iterations_count,
    history: [],
    tolerance: { primal_kW: 0, dual_cur_per_kWh: 0 },
    bound_cur: solution.bound,
    certificate: { solver: solution.solver, status: solution.status, ...solution.certificate },
    conflict: (solution.conflict ?? []).map((name) => ({
      net: name,
      step: 0,
      imbalance_kW: 0,
      agents: parts.filter((p) => name.startsWith(`${p.id}.`)).map((p) => p.id),
    })),
  };
}

function statusOf(solution: Solution): Outcome['status'] {
  if (solution.status === 'optimal' || solution.status === 'almost-optimal') return 'agreed';
  if (solution.status === 'infeasible') return 'infeasible';
  return 'round-limit';
}
