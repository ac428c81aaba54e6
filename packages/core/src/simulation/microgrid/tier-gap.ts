import { type Mode, modesAt } from '../modes.ts';
import { findOperatingPoint } from '../operating-point.ts';
import type { Plant } from '../plant.ts';
import { averagedMicrogrid } from './averaged.ts';
import type { Microgrid } from './microgrid.ts';
import { quasiStaticMicrogrid } from './quasi-static.ts';

/** How far the quasi-static tier is from the averaged one in the oscillation that decays most slowly. */
export interface TierGap {
  /** Slowest oscillation of each tier at its droop equilibrium; absent where there is none, or no equilibrium. */
  readonly quasiStatic?: Mode | undefined;
  readonly averaged?: Mode | undefined;
  /** |re_A − re_C| / |re_C|; NaN when one of them is absent. */
  readonly gap_frac: number;
  /** What to do about it, in words; absent when the gap is small. */
  readonly warning?: string | undefined;
}

/** Above this the quasi-static tier should not be asked about damping. */
const GAP_TOLERATED_FRAC = 0.2;

/**
 * Compares two tiers of one microgrid before anybody trusts the cheap one.
 * @throws {CombinationError} MICROGRID_TIER when the averaged tier does not know a part
 */
export function tierGap(microgrid: Microgrid): TierGap {
  const quasiStatic = slowestOscillation(quasiStaticMicrogrid(microgrid));
  const averaged = slowestOscillation(averagedMicrogrid(microgrid));
  if (quasiStatic === undefined || averaged === undefined) return { quasiStatic, averaged, gap_frac: Number.NaN };
  const gap_frac = Math.abs(quasiStatic.re_per_s - averaged.re_per_s) / Math.abs(averaged.re_per_s);
  const turned = averaged.re_per_s >= 0 && quasiStatic.re_per_s < 0;
  const warning = turned
    ? `The quasi-static tier calls this microgrid stable; with line dynamics and inner loops an oscillation of ${averaged.frequency_Hz.toFixed(1)} Hz grows. Use the averaged tier.`
    : gap_frac > GAP_TOLERATED_FRAC
      ? `The quasi-static tier has the slowest oscillation decay at ${(-quasiStatic.re_per_s).toFixed(2)} 1/s, the averaged tier at ${(-averaged.re_per_s).toFixed(2)} 1/s. Use the averaged tier for damping and for the first 100 ms.`
      : undefined;
  return { quasiStatic, averaged, gap_frac, warning };
}

function slowestOscillation(plant: Plant): Mode | undefined {
  const { status, x, u } = findOperatingPoint(plant);
  return status === 'found' ? modesAt(plant, x, u).find(({ im_rad_per_s }) => im_rad_per_s > 0) : undefined;
}
