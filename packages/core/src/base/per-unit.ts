/**
 * The one crossing between per unit and physical units, for balanced three-phase quantities:
 * S is three-phase power, V is line-to-line, I is line current.
 */
export interface PerUnitBase {
  readonly s_base_kVA: number;
  readonly v_base_kV: number;
}

/** Z_base = V²/S in ohm. */
export const zBase_ohm = (base: PerUnitBase): number => (base.v_base_kV * base.v_base_kV * 1000) / base.s_base_kVA;

/** I_base = S/(√3·V) in ampere. */
export const iBase_A = (base: PerUnitBase): number => base.s_base_kVA / (Math.sqrt(3) * base.v_base_kV);

export const degPerRad = 180 / Math.PI;
