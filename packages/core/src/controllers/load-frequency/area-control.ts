/**
 * Secondary control of an area, with an observer of what disturbs it and a reference for its storages.
 *
 * ACE = B·Δf + P_tie,  P_c = x − K_P·ACE,  dx/dt = −K_I·ACE
 * d̂ = z − l·(2H/f₀)·Δf,  dz/dt = l·(P_m − P_tie + P_sup − D·Δf − d̂), so that dd̂/dt = l·(d − d̂) exactly
 * p₀ = sat((d̂ − P_c)/P_max),  de₀/dt = −p₀/duration; says e₀, p₀
 *
 * d is the load that nobody announced. What P_c has taken over is no longer asked of storage, so p₀ returns to zero by itself.
 *
 * | symbol | parameter |
 * |---|---|
 * | B, K_P, K_I | bias_pu_per_Hz, gain_p_frac, gain_i_per_s |
 * | D, 2H/f₀ | damping_pu_per_Hz, inertia_pu_s_per_Hz |
 * | l | observer_per_s |
 * | P_max, duration, e₀(0) | support_max_pu (0: no storage), duration_s, e_start_frac |
 * @source area control error: Elgerd, Fosha, IEEE Trans. PAS-89 (1970); reference for storages: Wang, Xu et al., doi 10.1109/TSG.2018.2833877 (abstract), the observer is ours
 */
import { defineController, type Law } from '../contract.ts';

export const areaControl = defineController({
  name: 'area-control',
  title: 'frequency and ties of an area return; an observed disturbance is asked of its storages at once',
  theorem:
    'With B = D + 1/R and a stable integral gain: Δf and P_tie return to zero after a step of load in any area (non-interaction). The error of d̂ decays as exp(−l·t) whatever the gains are, as long as D and 2H are those of the area.',
  params: {
    bias_pu_per_Hz: { type: 'number', min: 0, about: 'weight of frequency in the area control error; D + 1/R' },
    gain_p_frac: { type: 'number', min: 0, default: 0, about: 'proportional gain of the area control error' },
    gain_i_per_s: { type: 'number', min: 0, about: 'integral gain of the area control error' },
    damping_pu_per_Hz: { type: 'number', min: 0, about: 'how much load of the area falls with frequency' },
    inertia_pu_s_per_Hz: { type: 'number', min: 1e-9, about: 'inertia of the area, 2H over nominal frequency' },
    observer_per_s: { type: 'number', min: 0, default: 5, about: 'rate of the observer of the disturbance' },
    support_max_pu: { type: 'number', min: 0, default: 0, about: 'power of all storages together; 0: there are none' },
    duration_s: { type: 'number', min: 1e-3, default: 1200, about: 'how long full power of a storage lasts' },
    e_start_frac: { type: 'number', min: 0, max: 1, default: 0.5, about: 'charge that the storages are led to from' },
  },
  example: {
    bias_pu_per_Hz: 0.425,
    gain_p_frac: 0.1,
    gain_i_per_s: 0.2,
    damping_pu_per_Hz: 8.333e-3,
    inertia_pu_s_per_Hz: 1 / 6,
    observer_per_s: 5,
    support_max_pu: 400,
    duration_s: 1200,
    e_start_frac: 0.5,
  },
  build(p): Law {
    const {
      bias_pu_per_Hz,
      gain_p_frac,
      gain_i_per_s,
      damping_pu_per_Hz: damping,
      inertia_pu_s_per_Hz: inertia,
      observer_per_s: rate_l,
    } = p;
    const { support_max_pu, duration_s } = p;
    const errorOf = (y: Float64Array): number => bias_pu_per_Hz * y[0] + y[1];
    const estimateOf = (x: Float64Array, y: Float64Array): number => x[1] - rate_l * inertia * y[0];
    const wishOf = (x: Float64Array, y: Float64Array): number => estimateOf(x, y) - x[0] + gain_p_frac * errorOf(y);
    const isLimited = (wish: number): boolean => !(Math.abs(wish) < support_max_pu);
    const shareOf = (wish: number): number => (support_max_pu === 0 ? 0 : isLimited(wish) ? Math.sign(wish) : wish / support_max_pu);
    const observe = (x: Float64Array, y: Float64Array): number => rate_l * (y[2] - y[1] + y[3] - damping * y[0] - estimateOf(x, y));
    return {
      states: ['p_integral_pu', 'observer_pu', 'e_lead_frac'],
      measures: ['deviation_Hz', 'p_tie_pu', 'p_mech_pu', 'p_support_pu'],
      commands: ['p_set_pu'],
      says: ['e_frac', 'p_frac'],
      startInto(commands, x) {
        x[0] = commands[0];
        x[1] = 0;
        x[2] = p.e_start_frac;
      },
      rateInto(x, y, _heard, rate) {
        rate[0] = -gain_i_per_s * errorOf(y);
        rate[1] = observe(x, y);
        rate[2] = -shareOf(wishOf(x, y)) / duration_s;
      },
      commandInto(x, y, commands) {
        commands[0] = x[0] - gain_p_frac * errorOf(y);
      },
      sayInto(x, y, said) {
        said[0] = x[2];
        said[1] = shareOf(wishOf(x, y));
      },
      tangentInto(point, { x, y }, out) {
        const slope = support_max_pu === 0 || isLimited(wishOf(point.x, point.y)) ? 0 : 1 / support_max_pu;
        const dShare = slope * wishOf(x, y);
        out.rate[0] = -gain_i_per_s * errorOf(y);
        out.rate[1] = observe(x, y);
        out.rate[2] = -dShare / duration_s;
        out.commands[0] = x[0] - gain_p_frac * errorOf(y);
        out.said[0] = x[2];
        out.said[1] = dShare;
      },
    };
  },
});
