/**
 * Droop as a controller of its own, for inverters that take frequency and voltage as commands and have no droop themselves.
 *
 * ω_set = ω* − m·(P − P*),  v_set = E* − n·(Q − Q*);  no states, no neighbours.
 *
 * | symbol | parameter | unit |
 * |---|---|---|
 * | ω*, E* | w_nominal_rad_per_s, v_nominal_V | rad/s, V |
 * | m, n | droop_rad_per_s_per_kW, droop_V_per_kvar | |
 * | P*, Q* | p_set_kW, q_set_kvar | kW, kvar |
 * @source Chandorkar, Divan, Adapa, Control of parallel connected inverters in standalone AC supply systems, IEEE Trans. Industry Applications 29 (1993)
 */
import { affineLaw } from '../affine-law.ts';
import { defineController, type Law } from '../contract.ts';

export const droop = defineController({
  name: 'droop',
  title: 'frequency falls with active power, voltage with reactive power; no communication',
  theorem:
    'On a connected lossless network with m > 0 an equilibrium, where there is one, shares active power as 1/m; it is locally stable when angles differ by less than 90° (Simpson-Porco, Dörfler, Bullo, Automatica 49, 2013). Reactive shares follow the impedances.',
  params: {
    w_nominal_rad_per_s: { type: 'number', min: 1, default: 100 * Math.PI, about: 'frequency at P = p_set_kW' },
    v_nominal_V: { type: 'number', min: 1e-3, about: 'line-to-line voltage at Q = q_set_kvar' },
    droop_rad_per_s_per_kW: { type: 'number', min: 0, about: 'how much frequency falls with active power' },
    droop_V_per_kvar: { type: 'number', min: 0, about: 'how much voltage falls with reactive power' },
    p_set_kW: { type: 'number', default: 0, about: 'active power at nominal frequency' },
    q_set_kvar: { type: 'number', default: 0, about: 'reactive power at nominal voltage' },
  },
  example: {
    w_nominal_rad_per_s: 100 * Math.PI,
    v_nominal_V: 380,
    droop_rad_per_s_per_kW: 0.094,
    droop_V_per_kvar: 1.3,
    p_set_kW: 0,
    q_set_kvar: 0,
  },
  build(p): Law {
    const { droop_rad_per_s_per_kW: m, droop_V_per_kvar: n } = p;
    return affineLaw({
      states: [],
      measures: ['p_kW', 'q_kvar'],
      commands: ['w_set_rad_per_s', 'v_set_V'],
      says: [],
      startInto() {},
      rateInto() {},
      commandInto(_x, y, one, commands) {
        commands[0] = one * p.w_nominal_rad_per_s - m * (y[0] - one * p.p_set_kW);
        commands[1] = one * p.v_nominal_V - n * (y[1] - one * p.q_set_kvar);
      },
      sayInto() {},
    });
  },
});
