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
  const { network, live, from, to, shunt_g, shunt_b, i_base_A, perRating_kVA, buses_count, branches_count } = wires;
  const { t_inv_re, t_inv_im, g_series, b_series } = wires;
  const { y_ff_re, y_ff_im, y_ft_re, y_ft_im, y_tf_re, y_tf_im, y_tt_re, y_tt_im } = wires;
  const { v_pu, angle_rad, p_kW, q_kvar } = out;
  const base = network.s_base_kVA;
  const { work_re: v_re, work_im: v_im } = wires;
  for (let b = 0; b < buses_count; b++) {
    v_re[b] = v_pu[b] * Math.cos(angle_rad[b]);
    v_im[b] = v_pu[b] * Math.sin(angle_rad[b]);
    const v2 = v_pu[b] * v_pu[b];
    p_kW[b] = base * shunt_g[b] * v2;
    q_kvar[b] = -base * shunt_b[b] * v2;
  }
  let loss_kW = 0;
  let loss_kvar = 0;
  for (let l = 0; l < branches_count; l++) {
    if (!live[l]) {
      out.loading_frac[l] = 0 * perRating_kVA[l];
      continue;
    }
    const f = from[l];
    const t = to[l];
    const f_re = v_re[f];
    const f_im = v_im[f];
    const t_re = v_re[t];
    const t_im = v_im[t];
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
    out.i_from_A[l] = Math.sqrt(if_re * if_re + if_im * if_im) * i_base_A[f];
    out.i_to_A[l] = Math.sqrt(it_re * it_re + it_im * it_im) * i_base_A[t];
    out.loading_frac[l] = Math.sqrt(Math.max(pf * pf + qf * qf, pt * pt + qt * qt)) * perRating_kVA[l];
    const d_re = f_re * t_inv_re[l] - f_im * t_inv_im[l] - t_re;
    const d_im = f_im * t_inv_re[l] + f_re * t_inv_im[l] - t_im;
    const square = base * (d_re * d_re + d_im * d_im);
    // |d|²·y* = |d|²·(g − jb): y_tt less the charging is the series admittance.
    loss_kW += square * g_series[l];
    loss_kvar -= square * b_series[l];
  }
  out.loss_kW = loss_kW;
  out.loss_kvar = loss_kvar;
}
