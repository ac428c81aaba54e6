import type { ExchangeParty } from '../exchange.ts';

/** Four microgrids on a ring of ties: a reference scenario of ours (the sheet on control, section 9, S8). */
export const demands_kW = [20, 35, 15, 30] as const;

export const fourParties = (): ExchangeParty[] => {
  const square = [0.06, 0.08, 0.05, 0.07];
  const linear = [2, 1.8, 2.2, 1.9];
  const losses = [0.02, 0.03, 0.02, 0.04];
  return square.map((cost_cur_per_kW2h, k) => ({
    cost_cur_per_kW2h,
    cost_cur_per_kWh: linear[k],
    p_max_kW: k % 2 === 0 ? 40 : 30,
    ties: [
      { id: `tie${k + 1}`, neighbour: `mg${((k + 1) % 4) + 1}`, sign: 1, loss_cur_per_kW2h: losses[k] },
      { id: `tie${((k + 3) % 4) + 1}`, neighbour: `mg${((k + 3) % 4) + 1}`, sign: -1, loss_cur_per_kW2h: losses[(k + 3) % 4] },
    ],
  }));
};

/** The optimum of the sheet. */
export const optimum = {
  p_kW: [26.29878, 22.40086, 27.70618, 23.59418],
  flows_kW: [5.70713, -6.89201, 5.81417, -0.59165],
  cost_cur_per_h: 360.45919,
} as const;
