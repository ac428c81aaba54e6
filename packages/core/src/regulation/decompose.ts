import { CombinationError, InputError } from '../base/errors.ts';
import type { PowerPoint } from '../flexibility/region.ts';
import { sumCorners } from '../flexibility/sum.ts';
import { pointOf, weightsOf } from '../flexibility/weights.ts';
import type { Characteristic, Decomposition, PowerBand, TrackingWeights } from './contract.ts';
import { nearestPoint } from './nearest-point.ts';

export type BoxCharacteristic = Extract<Characteristic, { kind: 'box' }>;
type PolygonCharacteristic = Extract<Characteristic, { kind: 'polygon' }>;

/** Nearer than this to what was asked counts as granted. */
const resolution_kVA = 1e-9;

/**
 * Splits what all clusters are to inject together into targets that each of them can deliver and that sum to it.
 *
 * Boxes, for P and Q alike, eq. (20) as it must read to sum to the command:
 *
 *   P*_m = P_min,m + (p* − Σ P_min)·(P_max,m − P_min,m) / Σ (P_max − P_min)
 *
 * Polygons, P and Q together: with T_k = Σ_m C_m,k the corner of all clusters in shared direction k and p* = Σ_k w_k·T_k,
 * the target of cluster m is Σ_k w_k·C_m,k: a convex combination of its own corners, and the targets sum to p*.
 * What lies beyond is first moved to the nearest point that can be had, α·|Δp| + β·|Δq| being the distance.
 *
 * | symbol | is | unit |
 * | --- | --- | --- |
 * | p* | `asked`, then `granted` | kW, kvar |
 * | P_min,m, P_max,m | `low`, `high` of a box | kW, kvar |
 * | C_m,k | `bounds.inner[k]` of a polygon | kW, kvar |
 *
 * @throws {InputError} REGULATION_NO_CLUSTER, REGULATION_WEIGHTS
 * @throws {CombinationError} REGULATION_MIXED_CHARACTERISTICS
 * @source Jia et al. (2025), Electronics 14, 1306, eq. (20), corrected: as printed the targets sum to p* + Σ P_min
 */
export function decompose(characteristics: readonly Characteristic[], asked: PowerPoint, weights: TrackingWeights): Decomposition {
  if (characteristics.length === 0) {
    throw new InputError({
      code: 'REGULATION_NO_CLUSTER',
      message: 'A command is to be decomposed among no clusters: expected at least one, got none',
      hint: 'Give at least one cluster with a resource in it.',
    });
  }
  if (!(weights.alpha > 0 && weights.beta > 0)) {
    throw new InputError({
      code: 'REGULATION_WEIGHTS',
      message: `The weights of active and reactive power must be positive: got α = ${weights.alpha}, β = ${weights.beta}`,
      hint: 'Give the less important one a small weight instead of none.',
    });
  }
  const boxes = characteristics.filter((c): c is BoxCharacteristic => c.kind === 'box');
  if (boxes.length === characteristics.length) return decomposeBoxes(boxes, asked);
  if (boxes.length > 0) {
    throw new CombinationError({
      code: 'REGULATION_MIXED_CHARACTERISTICS',
      message: `${boxes.length} clusters describe themselves by a box and ${characteristics.length - boxes.length} by a polygon`,
      hint: 'Use one way to describe clusters on a feeder.',
    });
  }
  return decomposePolygons(characteristics as readonly PolygonCharacteristic[], asked, weights);
}

function decomposeBoxes(boxes: readonly BoxCharacteristic[], asked: PowerPoint): Decomposition {
  const p_kW = proportionally(
    boxes.map((b) => b.low.p_kW),
    boxes.map((b) => b.high.p_kW),
    asked.p_kW,
  );
  const q_kvar = proportionally(
    boxes.map((b) => b.low.q_kvar),
    boxes.map((b) => b.high.q_kvar),
    asked.q_kvar,
  );
  const targets = boxes.map((_, m) => ({ p_kW: p_kW.parts[m], q_kvar: q_kvar.parts[m] }));
  return decomposition(targets, asked, { p_kW: p_kW.granted, q_kvar: q_kvar.granted });
}

/** A total clamped to [Σ low, Σ high], and everyone at the same fraction of his own range. */
function proportionally(
  low: readonly number[],
  high: readonly number[],
  asked: number,
): { readonly parts: readonly number[]; readonly granted: number } {
  const lowest = sum(low);
  const width = sum(high) - lowest;
  const granted = Math.min(Math.max(asked, lowest), lowest + width);
  const fraction = width > 0 ? (granted - lowest) / width : 0;
  return { parts: low.map((l, m) => l + fraction * (high[m] - l)), granted };
}

function decomposePolygons(polygons: readonly PolygonCharacteristic[], asked: PowerPoint, weights: TrackingWeights): Decomposition {
  const inner = polygons.map((c) => c.bounds.inner);
  const together = sumCorners(inner, inner[0].length);
  const granted = nearestPoint(together, asked, weights);
  const shared = weightsOf(granted, together);
  return decomposition(
    inner.map((corners) => pointOf(shared, corners)),
    asked,
    granted,
  );
}

function decomposition(targets: readonly PowerPoint[], asked: PowerPoint, granted: PowerPoint): Decomposition {
  const missed_kVA = Math.abs(granted.p_kW - asked.p_kW) + Math.abs(granted.q_kvar - asked.q_kvar);
  return { targets, granted, saturation: missed_kVA > resolution_kVA ? { asked, granted } : undefined };
}

/**
 * Eq. (20) exactly as printed, for comparison only: P*_m = p*·(P_max,m − P_min,m)/Σ(P_max − P_min) + P_min,m.
 * @returns the targets, and `excess`: by how much they sum to more than the command, which is Σ P_min
 * @source Jia et al. (2025), eq. (20)
 */
export function decomposeAsPrinted(
  boxes: readonly BoxCharacteristic[],
  asked: PowerPoint,
): { readonly targets: readonly PowerPoint[]; readonly excess: PowerPoint } {
  const share = (of: (point: PowerPoint) => number, total: number): number[] => {
    const width = sum(boxes.map((b) => of(b.high) - of(b.low)));
    return boxes.map((b) => (width > 0 ? (total * (of(b.high) - of(b.low))) / width : 0) + of(b.low));
  };
  const p_kW = share((point) => point.p_kW, asked.p_kW);
  const q_kvar = share((point) => point.q_kvar, asked.q_kvar);
  return {
    targets: boxes.map((_, m) => ({ p_kW: p_kW[m], q_kvar: q_kvar[m] })),
    excess: { p_kW: sum(p_kW) - asked.p_kW, q_kvar: sum(q_kvar) - asked.q_kvar },
  };
}

/** What all clusters can inject together: the extent of the sum of their characteristics. */
export function bandOf(characteristics: readonly Characteristic[]): PowerBand {
  const extents = characteristics.map(extentOf);
  return {
    p_low_kW: sum(extents.map((e) => e.p_low_kW)),
    p_high_kW: sum(extents.map((e) => e.p_high_kW)),
    q_low_kvar: sum(extents.map((e) => e.q_low_kvar)),
    q_high_kvar: sum(extents.map((e) => e.q_high_kvar)),
  };
}

function extentOf(characteristic: Characteristic): PowerBand {
  const corners = characteristic.kind === 'box' ? [characteristic.low, characteristic.high] : characteristic.bounds.inner;
  return {
    p_low_kW: Math.min(...corners.map((c) => c.p_kW)),
    p_high_kW: Math.max(...corners.map((c) => c.p_kW)),
    q_low_kvar: Math.min(...corners.map((c) => c.q_kvar)),
    q_high_kvar: Math.max(...corners.map((c) => c.q_kvar)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
