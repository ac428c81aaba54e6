/** A straight line over the stored energy: power that the current allows, as a part of that at full voltage. */
export interface PowerLine {
  readonly atEmpty_frac: number;
  readonly perFull_frac: number;
}

const CHORDS_COUNT = 4;

/**
 * The largest current gives a power that falls with the voltage, √(e/e_max) of the full one. The root is concave, and its chords between K + 1 voltages are never above it:
 *
 *   p/p_max ≤ (e/e_max + v_k·v_{k+1})/(v_k + v_{k+1}),   k = 1 … K,   v from v_min to 1 in even steps
 *
 * Their least is what is allowed: at the corners exact, between them too little by at most (Δv)²/(8·v_min) of the full power, 0.4 % for half the voltage and K = 4.
 */
export function powerLines(v_min_frac: number): PowerLine[] {
  const v = (k: number): number => v_min_frac + (k / CHORDS_COUNT) * (1 - v_min_frac);
  return Array.from({ length: CHORDS_COUNT }, (_, k) => {
    const sum = v(k) + v(k + 1);
    return { atEmpty_frac: (v(k) * v(k + 1)) / sum, perFull_frac: 1 / sum };
  });
}

/** What the lines allow at a stored energy, as a part of the power at full voltage. */
export const allowed_frac = (lines: readonly PowerLine[], full_frac: number): number =>
  lines.reduce((least, line) => Math.min(least, line.atEmpty_frac + line.perFull_frac * full_frac), Infinity);
