/** When a voltage counts as outside its limits. Pure; the same here, in the tables and in the study's own count. */
export interface VoltageLimits {
  readonly v_min_pu: number;
  readonly v_max_pu: number;
}

/** −1 below the limits, 1 above, 0 inside (the study's tolerance included) or unknown. */
export function sideOf(v: number | null | undefined, limits: VoltageLimits | undefined, tolerance_pu: number): -1 | 0 | 1 {
  if (v === null || v === undefined || limits === undefined) return 0;
  return v < limits.v_min_pu - tolerance_pu ? -1 : v > limits.v_max_pu + tolerance_pu ? 1 : 0;
}
