/** tan(arccos pf): kvar per kW at a power factor. */
export const kvarPerKW = (pf_frac: number): number => Math.tan(Math.acos(pf_frac));
