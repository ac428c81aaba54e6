import type { RegionShape } from './region-shape.ts';

/** A projection moves with its point: along both axes, along `tangent` (by `stretch`), or not at all. */
export const freedom = { plane: 2, tangent: 1, none: 0 } as const;

const EDGE_FIELDS = 7;

/**
 * The regions of all resources in flat arrays, and the nearest point of each:
 *
 *   Π_d(y) = argmin ‖u − y‖ over u in region d
 *
 * An outside point goes to the circle if its radial foot is in the region, and else to the nearest foot on an edge.
 * @unit per unit
 * @cost O(edges of the region) per projection, no allocation
 */
export class RegionSet {
  readonly count: number;
  /** Result of the last `project`. */
  p = 0;
  q = 0;
  freedom: 0 | 1 | 2 = freedom.none;
  tangentP = 0;
  tangentQ = 0;
  stretch = 1;
  private readonly start: Int32Array;
  /** a, b, c, from (p, q), to (p, q) of each edge. */
  private readonly edges: Float64Array;
  private readonly radius: Float64Array;
  private readonly dimension: Uint8Array;
  private readonly corner: Float64Array;

  constructor(shapes: readonly RegionShape[]) {
    this.count = shapes.length;
    this.start = new Int32Array(shapes.length + 1);
    shapes.forEach(({ edges }, d) => {
      this.start[d + 1] = this.start[d] + edges.length;
    });
    this.edges = new Float64Array(EDGE_FIELDS * this.start[shapes.length]);
    let at = 0;
    for (const { edges } of shapes) {
      for (const { a, b, c, from, to } of edges) {
        this.edges[at] = a;
        this.edges[at + 1] = b;
        this.edges[at + 2] = c;
        this.edges[at + 3] = from[0];
        this.edges[at + 4] = from[1];
        this.edges[at + 5] = to[0];
        this.edges[at + 6] = to[1];
        at += EDGE_FIELDS;
      }
    }
    this.radius = Float64Array.from(shapes, ({ isRound, s_max_pu }) => (isRound ? s_max_pu : Number.POSITIVE_INFINITY));
    this.dimension = Uint8Array.from(shapes, ({ dimension }) => dimension);
    this.corner = Float64Array.from(shapes.flatMap(({ p_min_pu, q_min_pu }) => [p_min_pu, q_min_pu]));
  }

  project(d: number, yP: number, yQ: number): void {
    this.stretch = 1;
    if (this.dimension[d] === 0) {
      this.p = this.corner[2 * d];
      this.q = this.corner[2 * d + 1];
      this.freedom = freedom.none;
      return;
    }
    const isFlat = this.dimension[d] === 1;
    const length = Math.sqrt(yP * yP + yQ * yQ);
    const radius = this.radius[d];
    const isInCircle = length <= radius;
    if (!isFlat && isInCircle && this.keepsEdges(d, yP, yQ)) {
      this.p = yP;
      this.q = yQ;
      this.freedom = freedom.plane;
      return;
    }
    if (!isInCircle && this.keepsEdges(d, (radius / length) * yP, (radius / length) * yQ)) {
      this.stretch = radius / length;
      this.p = this.stretch * yP;
      this.q = this.stretch * yQ;
      this.tangentP = -yQ / length;
      this.tangentQ = yP / length;
      this.freedom = freedom.tangent;
      return;
    }
    this.toNearestEdge(d, yP, yQ);
  }

  private keepsEdges(d: number, p: number, q: number): boolean {
    const { edges, start } = this;
    for (let e = start[d]; e < start[d + 1]; e++) {
      const o = EDGE_FIELDS * e;
      if (edges[o] * p + edges[o + 1] * q > edges[o + 2]) return false;
    }
    return true;
  }

  private toNearestEdge(d: number, yP: number, yQ: number): void {
    const { edges, start } = this;
    let least = Number.POSITIVE_INFINITY;
    for (let e = start[d]; e < start[d + 1]; e++) {
      const o = EDGE_FIELDS * e;
      const alongP = edges[o + 5] - edges[o + 3];
      const alongQ = edges[o + 6] - edges[o + 4];
      const square = alongP * alongP + alongQ * alongQ;
      const share = square > 0 ? ((yP - edges[o + 3]) * alongP + (yQ - edges[o + 4]) * alongQ) / square : 0;
      const t = Math.min(1, Math.max(0, share));
      const p = edges[o + 3] + t * alongP;
      const q = edges[o + 4] + t * alongQ;
      const distance = (yP - p) * (yP - p) + (yQ - q) * (yQ - q);
      if (!(distance < least)) continue;
      least = distance;
      this.p = p;
      this.q = q;
      this.freedom = share > 0 && share < 1 ? freedom.tangent : freedom.none;
      this.tangentP = -edges[o + 1];
      this.tangentQ = edges[o];
    }
  }
}
