import type { PowerFlowResult } from './contract.ts';
import type { Wires } from './wires.ts';

/** Per-bus and per-branch arrays of a result, before its status is known. */
export type FlowArrays = Pick<
  PowerFlowResult,
  'v_pu' | 'angle_rad' | 'p_kW' | 'q_kvar' | 'p_from_kW' | 'q_from_kvar' | 'p_to_kW' | 'q_to_kvar' | 'i_from_A' | 'i_to_A' | 'loading_frac'
> & { loss_kW: number; loss_kvar: number };

/** A fresh set of arrays; the only memory a solve allocates. */
export function buildFlowArrays(wires: Wires): FlowArrays {
  const perBus = () => new Float64Array(wires.buses_count);
  const perBranch = () => new Float64Array(wires.branches_count);
  return {
    v_pu: perBus(),
    angle_rad: perBus(),
    p_kW: perBus(),
    q_kvar: perBus(),
    p_from_kW: perBranch(),
    q_from_kvar: perBranch(),
    p_to_kW: perBranch(),
    q_to_kvar: perBranch(),
    i_from_A: perBranch(),
    i_to_A: perBranch(),
    loading_frac: perBranch(),
    loss_kW: 0,
    loss_kvar: 0,
  };
}

/**
 * Fills flows, currents, loading, losses and the net injection of every bus from the voltages in `out.v_pu∠out.angle_rad`.
 *
 * S_f = V_f·(Y_ff·V_f + Y_ft·V_t)*,  S_t = V_t·(Y_tf·V_f + Y_tt·V_t)*,  S_b = V_b²·(g − jb) + Σ S over the ends at b,
 * loss = |V_f/t − V_t|²·y* (series branch only; charging is not a negative loss).
 *
 * | symbol | variable | unit |
 * |---|---|---|
 * | S_f, S_t | p_from_kW + j q_from_kvar, p_to_kW + j q_to_kvar | kW, kvar, + into the branch |
 * | S_b | p_kW + j q_kvar | kW, kvar, + into the network |
 * @cost O(branches + buses); dead branches and isolated buses stay at zero
 * @source Zimmerman, Murillo-Sánchez, MATPOWER User's Manual, sections 3.2 and 3.6
 */
export function fillFlows(wires: Wires, out: FlowArrays): void {
  const { network, live, from, to, shunt_g, shunt_b, buses_count, branches_count } = wires;
  const { y_ff_re, y_ff_im, y_ft_re, y_ft_im, y_tf_re, y_tf_im, y_tt_re, y_tt_im } = wires;
  const { v_pu, angle_rad, p_kW, q_kvar } = out;
  const base = network.s_base_kVA;
  for (let b = 0; b < buses_count; b++) {
    const v2 = v_pu[b] * v_pu[b];
    p_kW[b] = base * shunt_g[b] * v2;
    q_kvar[b] = -base * shunt_b[b] * v2;
  }
  let loss_kW = 0;
  let loss_kvar = 0;
  for (let l = 0; l < branches_count; l++) {
    const { r_pu: r, x_pu: x, ratio, shift_deg, s_max_kVA } = network.branches[l];
    const rated = s_max_kVA > 0 && s_max_kVA < Infinity;
    if (!live[l]) {
      out.loading_frac[l] = rated ? 0 : NaN;
      continue;
    }
    const f = from[l];
    const t = to[l];
    const f_re = v_pu[f] * Math.cos(angle_rad[f]);
    const f_im = v_pu[f] * Math.sin(angle_rad[f]);
    const t_re = v_pu[t] * Math.cos(angle_rad[t]);
    const t_im = v_pu[t] * Math.sin(angle_rad[t]);
    const if_re = y_ff_re[l] * f_re - y_ff_im[l] * f_im + y_ft_re[l] * t_re - y_ft_im[l] * t_im;
    const if_im = y_ff_re[l] * f_im + y_ff_im[l] * f_re + y_ft_re[l] * t_im + y_ft_im[l] * t_re;
    const it_re = y_tf_re[l] * f_re - y_tf_im[l] * f_im + y_tt_re[l] * t_re - y_tt_im[l] * t_im;
    const it_im = y_tf_re[l] * f_im + y_tf_im[l] * f_re + y_tt_re[l] * t_im + y_tt_im[l] * t_re;
    const pf = base * (f_re * if_re + f_im * if_im);
    const qf = base * (f_im * if_re - f_re * if_im);
    const pt = base * (t_re * it_re + t_im * it_im);
    const qt = base * (t_im * it_re - t_re * it_im);
    out.p_from_kW[l] = pf;
    out.q_from_kvar[l] = qf;
    out.p_to_kW[l] = pt;
    out.q_to_kvar[l] = qt;
    p_kW[f] += pf;
    q_kvar[f] += qf;
    p_kW[t] += pt;
    q_kvar[t] += qt;
    out.i_from_A[l] = Math.hypot(if_re, if_im) * currentBase_A(base, network.buses[f].v_base_kV);
    out.i_to_A[l] = Math.hypot(it_re, it_im) * currentBase_A(base, network.buses[t].v_base_kV);
    out.loading_frac[l] = rated ? Math.max(Math.hypot(pf, qf), Math.hypot(pt, qt)) / s_max_kVA : NaN;
    const shift = (shift_deg * Math.PI) / 180;
    const cos = Math.cos(shift) / ratio;
    const sin = Math.sin(shift) / ratio;
    const d_re = f_re * cos + f_im * sin - t_re;
    const d_im = f_im * cos - f_re * sin - t_im;
    const perOhm = (d_re * d_re + d_im * d_im) / (r * r + x * x);
    loss_kW += base * perOhm * r;
    loss_kvar += base * perOhm * x;
  }
  out.loss_kW = loss_kW;
  out.loss_kvar = loss_kvar;
}

/** Some case files give no base voltage (0): their currents are reported as zero rather than infinite. */
const currentBase_A = (s_base_kVA: number, v_base_kV: number): number => (v_base_kV > 0 ? s_base_kVA / (Math.sqrt(3) * v_base_kV) : 0);
