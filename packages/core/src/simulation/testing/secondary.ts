import { dapi } from '../../controllers/secondary-consensus/dapi.ts';
import { leaderFollower } from '../../controllers/secondary-consensus/leader-follower.ts';
import { meanVoltage } from '../../controllers/secondary-consensus/mean-voltage.ts';
import type { ControlledDevice } from '../control-loop.ts';
import type { Microgrid } from '../microgrid/microgrid.ts';
import { dapiRatings, peakPerVolt } from '../scenarios/dapi-chain.ts';

/** Gains of the consensus laws; what is left out is `c`. */
export interface Gains {
  readonly c: number;
  readonly c_v?: number;
  readonly c_q?: number;
  readonly k_o?: number;
}

/** Agents of a chain with its droops, the first one pinned. */
export function consensusAgents({ inverters }: Microgrid, law: 'printed' | 'accurate', gains: Gains): ControlledDevice[] {
  const { c, c_v = c, c_q = c, k_o = 5 } = gains;
  return inverters.map(({ id, droop_rad_per_s_per_kW, droop_V_per_kvar, v_set_V }, k) => {
    const values = {
      w_ref_rad_per_s: 100 * Math.PI,
      v_ref_V: v_set_V,
      droop_rad_per_s_per_kW,
      droop_V_per_kvar,
      pin_frac: k === 0 ? 1 : 0,
      gain_w_per_s: c,
      gain_p_per_s: c,
      gain_v_per_s: c_v,
      gain_q_per_s: c_q,
    };
    return { device: id, law: law === 'printed' ? leaderFollower.build(values) : meanVoltage.build({ ...values, observer_per_s: k_o }) };
  });
}

/** Agents of the chain of distributed averaging; b in peak volts, as its source counts. */
export function dapiAgents({ inverters }: Microgrid, b: number, beta: number | readonly number[]): ControlledDevice[] {
  return inverters.map(({ id, v_set_V }, k) => ({
    device: id,
    law: dapi.build({
      w_nominal_rad_per_s: 100 * Math.PI,
      v_nominal_V: v_set_V,
      k_s: 1.7,
      kappa_s: 1,
      a_frac: 1,
      b_V: b / peakPerVolt,
      beta_frac: typeof beta === 'number' ? beta : beta[k],
      q_rated_kvar: dapiRatings.q_kvar[k],
    }),
  }));
}
