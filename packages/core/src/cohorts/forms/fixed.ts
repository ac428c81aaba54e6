import type { Form } from '../form.ts';

/** p_t = −l_t: a load that nothing moves. */
export const fixed: Form = {
  name: 'fixed',
  terminals_count: 1,
  parameters: [{ name: 'p_load_kW', per: 'step' }],
  workspace_count: () => 0,
  fault: () => undefined,
  prox([load], first, last, { steps_count: T }, _rho, x, at) {
    for (let from = first * T, k = 0; k < (last - first) * T; k++) x[at + k] = -load[from + k];
  },
  cost: () => 0,
  costMost: () => 0,
  reach([load], i, { steps_count: T }) {
    let most = 0;
    for (let t = 0; t < T; t++) most = Math.max(most, Math.abs(load[i * T + t]));
    return most;
  },
  declare: (_model, _name, [load], i, { steps_count: T }) => [Array.from({ length: T }, (_, t) => -load[i * T + t])],
};
