import type { PowerPoint } from './region.ts';

/**
 * Directions that all agents of a cluster share, anticlockwise from +p. Agents need nothing else of each other.
 * @shape cos, sin (K)
 */
export interface Directions {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** K directions at equal angles, the four axes exactly among them when K is a multiple of 4. */
export function evenDirections(directions_count: number): Directions {
  const cos = new Float64Array(directions_count);
  const sin = new Float64Array(directions_count);
  for (let k = 0; k < directions_count; k++) {
    // By the eighth of a turn that it lies in, so that opposite and mirrored directions agree in every bit.
    const eighths = Math.round((8 * k) / directions_count / 2) * 2;
    const rest = (2 * Math.PI * (k - (eighths * directions_count) / 8)) / directions_count;
    const [c, s] = [Math.cos(rest), Math.sin(rest)];
    const quarter = (eighths / 2) % 4;
    cos[k] = [c, -s, -c, s][quarter];
    sin[k] = [s, c, -s, -c][quarter];
  }
  return { cos, sin };
}

/** Directions at these angles. */
export function directionsAt(angles_rad: readonly number[]): Directions {
  return { cos: Float64Array.from(angles_rad, Math.cos), sin: Float64Array.from(angles_rad, Math.sin) };
}

/** How far a set may reach beyond its inner polygon, and with how many shared directions that is known. */
export interface Refinement {
  readonly directions: Directions;
  /** Largest distance of a corner of the outer polygon from the inner one. */
  readonly gap_kVA: number;
}

/**
 * As few directions as needed for a gap between inner and outer polygon: begin with the axes, and where the two are farthest apart
 * ask in the direction that is perpendicular to the inner edge, as long as the gap is above what is wanted.
 *
 * Every such question halves the angle of a smooth boundary, so that the gap falls with 1/K²; at a corner it closes at once.
 * @param supportAt - the farthest point of the set in a direction; of a cluster the sum over its agents
 * @source McClure, Vitale, Polygonal approximation of plane convex bodies, J. Math. Anal. Appl. 51 (1975)
 */
export function refineDirections(
  supportAt: (cos: number, sin: number) => PowerPoint,
  gap_max_kVA: number,
  directions_max_count = 256,
): Refinement {
  interface Asked {
    readonly angle_rad: number;
    readonly point: PowerPoint;
  }
  const ask = (angle_rad: number): Asked => ({ angle_rad, point: supportAt(Math.cos(angle_rad), Math.sin(angle_rad)) });
  const asked = [0, 1, 2, 3].map((k) => ask((k * Math.PI) / 2));
  const gapAfter = (k: number): number => {
    const here = asked[k];
    const next = asked[(k + 1) % asked.length];
    return outerCornerHeight(here.point, here.angle_rad, next.point, next.angle_rad);
  };
  for (;;) {
    let worst = 0;
    let gap_kVA = 0;
    for (let k = 0; k < asked.length; k++) {
      const gap = gapAfter(k);
      if (gap > gap_kVA) {
        gap_kVA = gap;
        worst = k;
      }
    }
    const from = asked[worst];
    const to = asked[(worst + 1) % asked.length];
    const until = to.angle_rad > from.angle_rad ? to.angle_rad : to.angle_rad + 2 * Math.PI;
    const across = Math.atan2(from.point.p_kW - to.point.p_kW, to.point.q_kvar - from.point.q_kvar);
    const between = across > from.angle_rad ? across : across + 2 * Math.PI;
    if (gap_kVA <= gap_max_kVA || asked.length >= directions_max_count || !(between > from.angle_rad && between < until)) {
      return { directions: directionsAt(asked.map(({ angle_rad }) => angle_rad)), gap_kVA };
    }
    asked.splice(worst + 1, 0, ask(between));
  }
}

/**
 * Height over the chord x–y of the point where the two supporting lines through x (normal at angle α) and y (normal at angle β) meet:
 * with d = y − x and its length ℓ, height = ℓ·sin u·sin v / sin(u + v), u and v the angles between the lines and the chord.
 */
function outerCornerHeight(x: PowerPoint, alpha_rad: number, y: PowerPoint, beta_rad: number): number {
  const dp = y.p_kW - x.p_kW;
  const dq = y.q_kvar - x.q_kvar;
  const length = Math.hypot(dp, dq);
  if (length === 0) return 0;
  // Lines run along (−sin α, cos α); the chord turns left of the first and right of the second by less than a half turn.
  const sinU = (-Math.sin(alpha_rad) * dq - Math.cos(alpha_rad) * dp) / length;
  const sinV = (Math.sin(beta_rad) * dq + Math.cos(beta_rad) * dp) / length;
  const sinBoth = Math.sin(beta_rad - alpha_rad);
  return sinBoth <= 0 ? 0 : Math.max(0, (length * Math.max(0, sinU) * Math.max(0, sinV)) / sinBoth);
}
