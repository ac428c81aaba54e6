import type { Directions } from '../flexibility/directions.ts';
import type { PowerPoint } from '../flexibility/region.ts';
import { supportPoint } from '../flexibility/shape.ts';
import { outerOf } from '../flexibility/sum.ts';
import { weightsOf } from '../flexibility/weights.ts';
import type { Aggregation } from './contract.ts';

/**
 * Corners in K directions that everyone shares: a resource's vector holds its farthest point in each, p₀ q₀ p₁ q₁ …. The sum of
 * vectors holds the corners of the cluster's inner polygon; weights of a point there, applied to everyone's own corners, give points
 * that everyone can inject and that sum to it. P and Q are handed down together and exactly (`flexibility/weights.ts`).
 */
export function polygons(directions: Directions): Aggregation {
  const { cos, sin } = directions;
  const corners_count = cos.length;
  return {
    kind: 'polygon',
    numbers_count: 2 * corners_count,
    measure(region, into, first) {
      for (let k = 0; k < corners_count; k++) {
        const corner = supportPoint(region, cos[k], sin[k]);
        into[first + 2 * k] = corner.p_kW;
        into[first + 2 * k + 1] = corner.q_kvar;
      }
    },
    characteristic(sum) {
      const inner = cornersOf(sum);
      return { kind: 'polygon', bounds: { inner, outer: outerOf(inner, directions) } };
    },
    weights: (sum, x) => weightsOf(x, cornersOf(sum)),
    point(own, first, weights) {
      let p_kW = 0;
      let q_kvar = 0;
      for (let k = 0; k < corners_count; k++) {
        p_kW += weights[k] * own[first + 2 * k];
        q_kvar += weights[k] * own[first + 2 * k + 1];
      }
      return { p_kW, q_kvar };
    },
  };
}

function cornersOf(vector: Float64Array): PowerPoint[] {
  return Array.from({ length: vector.length / 2 }, (_, k) => ({ p_kW: vector[2 * k], q_kvar: vector[2 * k + 1] }));
}
