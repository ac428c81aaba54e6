/**
 * The named column numbers (from 1) and constants of the MATPOWER case format, version 2, in the order in which
 * `[...] = idx_bus` and its like return them.
 * @source MATPOWER User's Manual 8.0, appendix B (case format)
 */
const inOrder = (text: string): readonly (readonly [name: string, value: number])[] =>
  text.split(' ').map((pair) => {
    const [name, value] = pair.split('=');
    return [name, Number(value)];
  });

export const indexFunctions: Readonly<Record<string, readonly (readonly [name: string, value: number])[]>> = {
  idx_bus: inOrder(
    'PQ=1 PV=2 REF=3 NONE=4 BUS_I=1 BUS_TYPE=2 PD=3 QD=4 GS=5 BS=6 BUS_AREA=7 VM=8 VA=9 BASE_KV=10 ZONE=11 VMAX=12 VMIN=13 LAM_P=14 LAM_Q=15 MU_VMAX=16 MU_VMIN=17',
  ),
  idx_brch: inOrder(
    'F_BUS=1 T_BUS=2 BR_R=3 BR_X=4 BR_B=5 RATE_A=6 RATE_B=7 RATE_C=8 TAP=9 SHIFT=10 BR_STATUS=11 PF=14 QF=15 PT=16 QT=17 MU_SF=18 MU_ST=19 ANGMIN=12 ANGMAX=13 MU_ANGMIN=20 MU_ANGMAX=21',
  ),
  idx_gen: inOrder(
    'GEN_BUS=1 PG=2 QG=3 QMAX=4 QMIN=5 VG=6 MBASE=7 GEN_STATUS=8 PMAX=9 PMIN=10 MU_PMAX=22 MU_PMIN=23 MU_QMAX=24 MU_QMIN=25 PC1=11 PC2=12 QC1MIN=13 QC1MAX=14 QC2MIN=15 QC2MAX=16 RAMP_AGC=17 RAMP_10=18 RAMP_30=19 RAMP_Q=20 APF=21',
  ),
  idx_cost: inOrder('PW_LINEAR=1 POLYNOMIAL=2 MODEL=1 STARTUP=2 SHUTDOWN=3 NCOST=4 COST=5'),
};

/** Places (from 0) of the columns that are read. */
export const busColumn = {
  id: 0,
  type: 1,
  pd: 2,
  qd: 3,
  gs: 4,
  bs: 5,
  vm: 7,
  va: 8,
  baseKv: 9,
  vmax: 11,
  vmin: 12,
} as const;
export const genColumn = { bus: 0, pg: 1, qg: 2, qmax: 3, qmin: 4, vg: 5, status: 7, pmax: 8, pmin: 9 } as const;
export const branchColumn = { from: 0, to: 1, r: 2, x: 3, b: 4, rateA: 5, tap: 8, shift: 9, status: 10, angmin: 11, angmax: 12 } as const;
export const costColumn = { model: 0, startup: 1, shutdown: 2, count: 3, first: 4 } as const;
/** Columns that a table must have at least. */
export const columnsMin_count = { bus: 13, gen: 10, branch: 11, gencost: 5 } as const;
