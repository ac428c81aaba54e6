/**
 * What is printed in D. Jia, Z. Ren, K. Liu, X. Zhang, "A Novel Operation Regulation Method for Multi-Agent Distribution Network
 * Considering Market Factors", Electronics 14(7), 1306, 2025, https://doi.org/10.3390/electronics14071306.
 */
export const published = {
  /** Table 1: agent resources of the IEEE 33-bus system, by node; ratings in kVA. */
  resources: [
    { id: 'ES', bus: '6', s_max_kVA: 100 },
    { id: 'PV 1', bus: '9', s_max_kVA: 150 },
    { id: 'WP 1', bus: '12', s_max_kVA: 100 },
    { id: 'PV 2', bus: '13', s_max_kVA: 150 },
    { id: 'Micro Hydro', bus: '18', s_max_kVA: 100 },
    { id: 'PV 3', bus: '21', s_max_kVA: 150 },
    { id: 'PV 4', bus: '22', s_max_kVA: 150 },
    { id: 'WP 2', bus: '23', s_max_kVA: 100 },
    { id: 'EV 1', bus: '25', s_max_kVA: 100 },
    { id: 'EV 2', bus: '30', s_max_kVA: 100 },
    { id: 'WP 3', bus: '33', s_max_kVA: 100 },
  ],
  /** §5.3.1, read off Fig. 10 in the text: partitions found by the paper's sampler up to each λ. */
  found: [
    { lambda: 0.5, count: 755 },
    { lambda: 0.35, count: 342 },
    { lambda: 0.27, count: 48 },
  ],
  /** Table 2: mean tracking errors in per cent, three partitions and single-point scheduling, without and with the market. */
  errors: {
    without: { clusters: [5.453, 5.3862, 5.3984], single: 5.3386, clustersReactive: [0.6089, 0.6041, 0.6076], singleReactive: 0.6006 },
    with: { clusters: [2.0272, 2.0156, 2.0195], single: 2.006, clustersReactive: [3.1526, 3.1567, 3.1545], singleReactive: 3.1366 },
  },
  /** Table A1 and §5.1. */
  storage: { p_max_kW: 100, efficiency_frac: 0.9, e_rated_kWh: 1000, soc_min_frac: 0.1, soc_max_frac: 0.9, e_start_kWh: 500 },
  /** Table A2, CNY/kWh, hours 1 to 24. */
  prices: {
    purchase: [
      0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.53, 0.53, 0.53, 0.82, 0.82, 0.82, 0.82, 0.82, 0.53, 0.53, 0.53, 0.82, 0.82, 0.82, 0.53,
      0.53, 0.53,
    ],
    sale: [
      0.22, 0.22, 0.22, 0.22, 0.22, 0.22, 0.22, 0.42, 0.42, 0.42, 0.65, 0.65, 0.65, 0.65, 0.65, 0.42, 0.42, 0.42, 0.65, 0.65, 0.65, 0.42,
      0.42, 0.42,
    ],
  },
  /** §4.1: probability of a node's being in the cluster of its upstream node, resources that a cluster needs. */
  sampler: { joined_frac: 0.8, resources_min_count: 2 },
} as const;

/**
 * What we hold the exact method to: computed independently, in Python, while the task was prepared (implementer's sheet, §1.3 and
 * §6.3), from the AC Jacobian of MATPOWER's case33bw at base load, and from LinDistFlow's X and R over V₀.
 */
export const sheet = {
  valid_count: 1188,
  byClusters: [1, 20, 153, 502, 512],
  validWithThree_count: 28,
  valid_frac: 0.0252,
  exact: { lambda: [0.5, 0.35, 0.27], ac: [1080, 590, 78], linear: [1068, 552, 40] },
  /** After about this many draws as many are found up to 0.5 as published. */
  draws_count: 1.56e5,
  found: [
    { lambda: 0.5, mean: 755, deviation: 13 },
    { lambda: 0.35, mean: 333, deviation: 11 },
    { lambda: 0.27, mean: 37, deviation: 4 },
  ],
  foundLinear: [755, 311, 19],
  foundSizeWeighted: [755, 304, 4],
} as const;
