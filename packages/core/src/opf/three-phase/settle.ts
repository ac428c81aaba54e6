import type { Feeder } from '../../network/feeder/feeder.ts';
import type { FeederOpfServices } from './settings.ts';

/** A feeder whose taps and capacitor steps stand where its controls leave them, and what was done, in sentences. */
export interface Settled {
  readonly feeder: Feeder;
  readonly notes: readonly string[];
}

/**
 * Lets regulators and capacitor controls act in a power flow of the feeder as it stands: their positions are given to the optimisation, not decided by it.
 * A feeder without them, or without a method to solve it, stays as it is; so does one whose controls do not settle.
 */
export function settle(feeder: Feeder, powerFlow: FeederOpfServices['powerFlow']): Settled {
  const hasControls = [...feeder.regulators, ...feeder.capacitorControls].some(({ enabled }) => enabled);
  if (!hasControls || powerFlow === undefined) return { feeder, notes: [] };
  const { status, taps, shuntSteps } = powerFlow(feeder).solve();
  if (status !== 'converged') {
    return { feeder, notes: ['Regulators and capacitors do not settle as the feeder stands; they are left where the feeder has them.'] };
  }
  const tapOf = new Map(taps.map(({ transformer, winding, tap_pu }) => [`${winding} ${transformer}`, tap_pu]));
  const stepsOf = new Map(shuntSteps.map(({ shunt, closed_count }) => [shunt, closed_count]));
  return {
    feeder: {
      ...feeder,
      transformers: feeder.transformers.map((each) => ({
        ...each,
        windings: each.windings.map((winding, w) => ({ ...winding, tap_pu: tapOf.get(`${w} ${each.id}`) ?? winding.tap_pu })),
      })),
      shunts: feeder.shunts.map((each) => {
        const closed_count = stepsOf.get(each.id);
        return closed_count === undefined ? each : { ...each, closed_count };
      }),
    },
    notes: ['Regulators and capacitors stand where the power flow of the feeder as it stands leaves them.'],
  };
}
