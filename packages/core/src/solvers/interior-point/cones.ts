import { CombinationError } from '../../base/errors.ts';
import { type Cone, type ConeKind, semidefiniteOrder } from '../../problem/program.ts';
import { BarrierCones } from './barrier-cones.ts';
import { type ConeGroup, ConeProduct } from './cone-group.ts';
import type { ScaledProgram } from './scaled-program.ts';
import { SecondOrderCones } from './second-order.ts';
import { SemidefiniteCones } from './semidefinite.ts';

/**
 * Matrices beyond this order are refused: order 60 brings a dense block of 1830 rows into the KKT matrix and took 3 s an
 * iteration, order 40 half a second (2-core EPYC, Node 20).
 */
const ORDER_MAX = 64;

/**
 * Refuses matrices that are too large for a dense block.
 * @throws {CombinationError} SOLVER_CANNOT naming the first row of the cone
 */
export function checkOrders(cones: readonly Cone[], rowName: (i: number) => string): void {
  for (const { kind, rows } of cones) {
    if (kind !== 'positive-semidefinite') continue;
    const order = semidefiniteOrder(rows.length);
    if (order <= ORDER_MAX) continue;
    throw new CombinationError({
      message: `The interior-point solver takes positive-semidefinite matrices up to order ${ORDER_MAX}, but the one at "${rowName(rows[0])}" has order ${order}`,
      code: 'SOLVER_CANNOT',
      where: 'solver interior-point',
      hint: 'Split the matrix along its cliques if it is sparse, or use a solver for large semidefinite programmes.',
    });
  }
}

/** The cones of a scaled program by their sort; slacks stand in `Point.coneS` in this order. */
export function conesOf(f: ScaledProgram, cones: readonly Cone[]): ConeGroup {
  const of = (...kinds: ConeKind[]): Cone[] => cones.filter(({ kind }) => kinds.includes(kind));
  const groups: ConeGroup[] = [];
  const secondOrder = of('second-order');
  const barrier = of('exponential', 'power');
  const semidefinite = of('positive-semidefinite');
  const next = (): number => groups.reduce((sum, { entries_count }) => sum + entries_count, 0);
  if (secondOrder.length > 0) groups.push(new SecondOrderCones(f, secondOrder));
  if (barrier.length > 0) groups.push(new BarrierCones(f, barrier, next()));
  if (semidefinite.length > 0) groups.push(new SemidefiniteCones(f, semidefinite, next()));
  return groups.length === 1 ? groups[0] : new ConeProduct(groups);
}
