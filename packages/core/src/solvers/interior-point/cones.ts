import type { Cone, ConeKind } from '../../problem/program.ts';
import { BarrierCones } from './barrier-cones.ts';
import { type ConeGroup, ConeProduct } from './cone-group.ts';
import type { ScaledProgram } from './scaled-program.ts';
import { SecondOrderCones } from './second-order.ts';
import { SemidefiniteCones } from './semidefinite.ts';

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
