import { CombinationError } from '../../base/errors.ts';
import type { Feeder } from '../../network/feeder/feeder.ts';
import { isPhase } from './element-in-phases.ts';

/**
 * Conductors 4 and above are neutrals here, at earth. A line or switch that leads from a phase to one of them (the jumper of an autotransformer that is written as coils)
 * would be a short circuit.
 * @throws {CombinationError} OPF_CONDUCTOR_NOT_EARTH
 */
export function checkConductors({ lines, switches, buses }: Feeder): void {
  for (const { id, from, to } of [...lines, ...switches]) {
    from.conductors.forEach((conductor, k) => {
      const other = to.conductors[k];
      if (isPhase(conductor) === isPhase(other) || conductor === 0 || other === 0) return;
      throw new CombinationError({
        code: 'OPF_CONDUCTOR_NOT_EARTH',
        message: `"${id}" joins conductor ${conductor} of bus "${buses[from.bus].id}" to conductor ${other} of bus "${buses[to.bus].id}", but optimal power flow by phases takes conductors from 4 on as earthed neutrals`,
        where: '--formulation',
        hint: 'Write the element behind it with its phases as 1, 2, 3 (an autotransformer as one element), or use `gridflock powerflow`.',
      });
    });
  }
}
