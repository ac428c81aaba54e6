const number = 'float64';
const whole = 'uint32';
const object = 'object';
const flag = 'bool';

const element = { name: object, bus: whole } as const;
const phases = { p_a_mw: number, q_a_mvar: number, p_b_mw: number, q_b_mvar: number, p_c_mw: number, q_c_mvar: number } as const;
const state = { sn_mva: number, scaling: number, in_service: flag, type: object } as const;
const tap = (t: '' | '2') =>
  ({
    [`tap${t}_side`]: object,
    [`tap${t}_neutral`]: number,
    [`tap${t}_min`]: number,
    [`tap${t}_max`]: number,
    [`tap${t}_step_percent`]: number,
    [`tap${t}_step_degree`]: number,
    [`tap${t}_pos`]: number,
    [`tap${t}_changer_type`]: object,
  }) as const;

/** Columns of each table that is written, with their pandas types. @source pandapower documentation, version 3, "Datastructure and Elements" */
export const columnsOf = {
  bus: { name: object, vn_kv: number, type: object, zone: object, in_service: flag, min_vm_pu: number, max_vm_pu: number, geo: object },
  load: {
    ...element,
    ...{
      p_mw: number,
      q_mvar: number,
      const_z_p_percent: number,
      const_i_p_percent: number,
      const_z_q_percent: number,
      const_i_q_percent: number,
    },
    ...state,
  },
  sgen: {
    ...element,
    p_mw: number,
    q_mvar: number,
    ...state,
    current_source: flag,
    controllable: flag,
    min_p_mw: number,
    max_p_mw: number,
  },
  asymmetric_load: { ...element, ...phases, ...state },
  asymmetric_sgen: { ...element, ...phases, ...state, current_source: flag },
  storage: { ...element, p_mw: number, q_mvar: number, ...state, soc_percent: number, min_e_mwh: number, max_e_mwh: number },
  gen: {
    ...element,
    ...{
      p_mw: number,
      vm_pu: number,
      sn_mva: number,
      min_q_mvar: number,
      max_q_mvar: number,
      scaling: number,
      slack: flag,
      in_service: flag,
    },
    ...{ slack_weight: number, type: object, controllable: flag, min_p_mw: number, max_p_mw: number },
  },
  ext_grid: {
    ...element,
    ...{
      vm_pu: number,
      va_degree: number,
      slack_weight: number,
      in_service: flag,
      s_sc_max_mva: number,
      rx_max: number,
      x0x_max: number,
      r0x0_max: number,
    },
    ...{ min_p_mw: number, max_p_mw: number, min_q_mvar: number, max_q_mvar: number },
  },
  shunt: { bus: whole, name: object, q_mvar: number, p_mw: number, vn_kv: number, step: whole, max_step: whole, in_service: flag },
  switch: { bus: 'int64', element: 'int64', et: object, type: object, closed: flag, name: object, z_ohm: number, in_ka: number },
  line: {
    ...{
      name: object,
      std_type: object,
      from_bus: whole,
      to_bus: whole,
      length_km: number,
      r_ohm_per_km: number,
      x_ohm_per_km: number,
      c_nf_per_km: number,
    },
    ...{ g_us_per_km: number, max_i_ka: number, df: number, parallel: whole, type: object, in_service: flag, geo: object },
    ...{ r0_ohm_per_km: number, x0_ohm_per_km: number, c0_nf_per_km: number },
  },
  trafo: {
    ...{
      name: object,
      std_type: object,
      hv_bus: whole,
      lv_bus: whole,
      sn_mva: number,
      vn_hv_kv: number,
      vn_lv_kv: number,
      vk_percent: number,
    },
    ...{ vkr_percent: number, pfe_kw: number, i0_percent: number, shift_degree: number, ...tap(''), ...tap('2') },
    ...{ parallel: whole, df: number, in_service: flag, vector_group: object, vk0_percent: number, vkr0_percent: number },
    ...{ mag0_percent: number, mag0_rx: number, si0_hv_partial: number, xn_ohm: number, rn_ohm: number },
  },
  trafo3w: {
    ...{
      name: object,
      std_type: object,
      hv_bus: whole,
      mv_bus: whole,
      lv_bus: whole,
      sn_hv_mva: number,
      sn_mv_mva: number,
      sn_lv_mva: number,
    },
    ...{ vn_hv_kv: number, vn_mv_kv: number, vn_lv_kv: number, vk_hv_percent: number, vk_mv_percent: number, vk_lv_percent: number },
    ...{ vkr_hv_percent: number, vkr_mv_percent: number, vkr_lv_percent: number, pfe_kw: number, i0_percent: number },
    ...{
      shift_mv_degree: number,
      shift_lv_degree: number,
      ...tap(''),
      tap_at_star_point: flag,
      in_service: flag,
      vector_group: object,
      loss_side: object,
    },
  },
  poly_cost: {
    ...{ element: whole, et: object, cp0_eur: number, cp1_eur_per_mw: number, cp2_eur_per_mw2: number },
    ...{ cq0_eur: number, cq1_eur_per_mvar: number, cq2_eur_per_mvar2: number },
  },
  pwl_cost: { power_type: object, element: whole, et: object, points: object },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

export type TableName = keyof typeof columnsOf;
