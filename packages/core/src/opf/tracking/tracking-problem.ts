import type { NonlinearProgram, Places } from '../../solvers/nonlinear/program.ts';
import { PlaceList } from '../ac/place-list.ts';
import { AcProblem } from '../ac-problem.ts';
import type { OpfModel } from '../model.ts';
import type { RegionShape } from './region-shape.ts';

/**
 * `command`: α·|p_pcc − p*| + β·|q_pcc − q*| + Σ ω_d/2·‖u_d − r_d‖². `direction`: p·p_pcc + q·q_pcc.
 * @unit per unit
 * @shape nearP, nearQ (r), nearWeight (ω) per resource
 */
export type Aim =
  | {
      readonly kind: 'command';
      readonly p: number;
      readonly q: number;
      readonly alpha: number;
      readonly beta: number;
      readonly nearP: Float64Array;
      readonly nearQ: Float64Array;
      readonly nearWeight: Float64Array;
    }
  | { readonly kind: 'direction'; readonly p: number; readonly q: number };

/** The point of common coupling is the first unit of the model, resource d the unit d + 1. */
export const firstResource = 1;

interface RegionRow {
  readonly d: number;
  readonly a: number;
  readonly b: number;
}

/**
 * Single-point regulation: an `AcProblem` whose units are the point of common coupling and the resources, with the regions of the
 * resources as rows and an aim in the place of costs.
 *
 *   min α·(s⁺_p + s⁻_p) + β·(s⁺_q + s⁻_q) + Σ ω_d/2·‖u_d − r_d‖²   subject to the AC equations and limits,
 *   p_pcc − s⁺_p + s⁻_p = p*,   q_pcc − s⁺_q + s⁻_q = q*,   s ≥ 0,
 *   a·p_d + b·q_d ≤ c of every slanted edge (= c where the region is a line),   (p_d² + q_d²)/(2·s_d) ≤ s_d/2 where the circle bounds it
 *
 * Edges parallel to an axis are bounds; the circle is written so that a tolerance means the same for a heat pump and a wind farm. x = (x of the AC problem, s⁺_p, s⁻_p, s⁺_q, s⁻_q), without the last four for a direction.
 * @unit per unit
 * @cost O(branches + resources) per evaluation
 */
export class TrackingProblem implements NonlinearProgram {
  readonly wires: AcProblem;
  readonly aim: Aim;
  readonly variables_count: number;
  readonly equalities_count: number;
  readonly inequalities_count: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly rangeLower: Float64Array;
  readonly rangeUpper: Float64Array;
  readonly equalityPlaces: Places;
  readonly inequalityPlaces: Places;
  readonly hessianPlaces: Places;
  /** First of the two rows of the command in g; the number of equalities where there is none. */
  readonly commandRow: number;
  private readonly split: number;
  private readonly resources_count: number;
  private readonly lines: readonly RegionRow[];
  private readonly edges: readonly RegionRow[];
  private readonly circles: readonly number[];
  private readonly lineValue: Float64Array;
  /** Row of the circle of a resource in h, or −1. */
  private readonly circleRow: Int32Array;
  private readonly perRadius: Float64Array;
  private readonly sizes: { readonly jg: number; readonly jh: number; readonly hessian: number };

  /** @param model - its units' limits are the boxes of the shapes */
  constructor(model: OpfModel, shapes: readonly RegionShape[], aim: Aim, limits: 'apparent' | 'current') {
    const wires = new AcProblem(model, { objective: 'cost', limits });
    this.wires = wires;
    this.aim = aim;
    this.resources_count = shapes.length;
    const lines: RegionRow[] = [];
    const lineValue: number[] = [];
    const edges: RegionRow[] = [];
    const edgeLimit: number[] = [];
    const circles: number[] = [];
    this.circleRow = new Int32Array(shapes.length).fill(-1);
    shapes.forEach((shape, d) => {
      for (const { a, b, c } of shape.edges.filter(isSlanted)) {
        const [rows, values] = shape.dimension === 1 ? [lines, lineValue] : [edges, edgeLimit];
        rows.push({ d, a, b });
        values.push(c);
      }
      if (shape.isRound) circles.push(d);
    });
    circles.forEach((d, k) => {
      this.circleRow[d] = wires.inequalities_count + edges.length + k;
    });
    this.lines = lines;
    this.edges = edges;
    this.circles = circles;
    this.perRadius = Float64Array.from(shapes, ({ s_max_pu }) => 1 / s_max_pu);
    this.lineValue = Float64Array.from(lineValue);

    const hasCommand = aim.kind === 'command';
    this.split = wires.variables_count;
    this.variables_count = wires.variables_count + (hasCommand ? 4 : 0);
    this.commandRow = wires.equalities_count + lines.length;
    this.equalities_count = this.commandRow + (hasCommand ? 2 : 0);
    this.inequalities_count = wires.inequalities_count + edges.length + circles.length;
    const { layout } = wires;
    this.lower = new Float64Array(this.variables_count);
    this.upper = new Float64Array(this.variables_count).fill(Number.POSITIVE_INFINITY);
    this.lower.set(wires.lower);
    this.upper.set(wires.upper);
    this.rangeLower = new Float64Array(this.inequalities_count).fill(Number.NEGATIVE_INFINITY);
    this.rangeUpper = new Float64Array(this.inequalities_count);
    this.rangeLower.set(wires.rangeLower);
    this.rangeUpper.set([...wires.rangeUpper, ...edgeLimit, ...circles.map((d) => 0.5 * shapes[d].s_max_pu)]);

    const g = new PlaceList();
    const h = new PlaceList();
    const hessian = new PlaceList();
    g.addAll(wires.equalityPlaces, 0);
    h.addAll(wires.inequalityPlaces, 0);
    hessian.addAll(wires.hessianPlaces, 0);
    const p = layout.p + firstResource;
    const q = layout.q + firstResource;
    lines.forEach(({ d }, k) => {
      g.add(wires.equalities_count + k, p + d, q + d);
    });
    if (hasCommand) {
      g.add(this.commandRow, layout.p, this.split, this.split + 1);
      g.add(this.commandRow + 1, layout.q, this.split + 2, this.split + 3);
    }
    edges.forEach(({ d }, k) => {
      h.add(wires.inequalities_count + k, p + d, q + d);
    });
    for (const d of circles) h.add(this.circleRow[d], p + d, q + d);
    for (let d = 0; d < shapes.length; d++) {
      hessian.add(p + d, p + d);
      hessian.add(q + d, q + d);
    }
    this.equalityPlaces = g.places();
    this.inequalityPlaces = h.places();
    this.hessianPlaces = hessian.places();
    this.sizes = {
      jg: wires.equalityPlaces.row.length,
      jh: wires.inequalityPlaces.row.length,
      hessian: wires.hessianPlaces.row.length,
    };
  }

  functionsInto(x: Float64Array, g: Float64Array, h: Float64Array): number {
    const { wires, lines, lineValue, edges, circles, circleRow, perRadius, aim, split, commandRow } = this;
    const { layout } = wires;
    const p = layout.p + firstResource;
    const q = layout.q + firstResource;
    wires.functionsInto(x, g, h);
    for (let k = 0; k < lines.length; k++) {
      const { d, a, b } = lines[k];
      g[wires.equalities_count + k] = a * x[p + d] + b * x[q + d] - lineValue[k];
    }
    for (let k = 0; k < edges.length; k++) {
      const { d, a, b } = edges[k];
      h[wires.inequalities_count + k] = a * x[p + d] + b * x[q + d];
    }
    for (let k = 0; k < circles.length; k++) {
      const d = circles[k];
      h[circleRow[d]] = 0.5 * perRadius[d] * (x[p + d] * x[p + d] + x[q + d] * x[q + d]);
    }
    if (aim.kind === 'direction') return aim.p * x[layout.p] + aim.q * x[layout.q];
    g[commandRow] = x[layout.p] - aim.p - x[split] + x[split + 1];
    g[commandRow + 1] = x[layout.q] - aim.q - x[split + 2] + x[split + 3];
    let f = aim.alpha * (x[split] + x[split + 1]) + aim.beta * (x[split + 2] + x[split + 3]);
    for (let d = 0; d < this.resources_count; d++) {
      const dp = x[p + d] - aim.nearP[d];
      const dq = x[q + d] - aim.nearQ[d];
      f += 0.5 * aim.nearWeight[d] * (dp * dp + dq * dq);
    }
    return f;
  }

  derivativesInto(x: Float64Array, gradient: Float64Array, jg: Float64Array, jh: Float64Array): void {
    const { wires, lines, edges, circles, perRadius, aim, split, sizes } = this;
    const { layout } = wires;
    const p = layout.p + firstResource;
    const q = layout.q + firstResource;
    wires.derivativesInto(x, gradient, jg.subarray(0, sizes.jg), jh.subarray(0, sizes.jh));
    let at = sizes.jg;
    for (let k = 0; k < lines.length; k++) {
      jg[at++] = lines[k].a;
      jg[at++] = lines[k].b;
    }
    let atH = sizes.jh;
    for (let k = 0; k < edges.length; k++) {
      jh[atH++] = edges[k].a;
      jh[atH++] = edges[k].b;
    }
    for (let k = 0; k < circles.length; k++) {
      const d = circles[k];
      jh[atH++] = perRadius[d] * x[p + d];
      jh[atH++] = perRadius[d] * x[q + d];
    }
    if (aim.kind === 'direction') {
      gradient[layout.p] = aim.p;
      gradient[layout.q] = aim.q;
      return;
    }
    for (let k = 0; k < 2; k++) {
      jg[at++] = 1;
      jg[at++] = -1;
      jg[at++] = 1;
    }
    gradient[split] = gradient[split + 1] = aim.alpha;
    gradient[split + 2] = gradient[split + 3] = aim.beta;
    for (let d = 0; d < this.resources_count; d++) {
      gradient[p + d] = aim.nearWeight[d] * (x[p + d] - aim.nearP[d]);
      gradient[q + d] = aim.nearWeight[d] * (x[q + d] - aim.nearQ[d]);
    }
  }

  hessianInto(x: Float64Array, factor: number, y: Float64Array, lambda: Float64Array, values: Float64Array): void {
    const { wires, aim, circleRow, perRadius, sizes } = this;
    wires.hessianInto(x, factor, y, lambda, values.subarray(0, sizes.hessian));
    let at = sizes.hessian;
    for (let d = 0; d < this.resources_count; d++) {
      const near = aim.kind === 'command' ? factor * aim.nearWeight[d] : 0;
      const bend = near + (circleRow[d] < 0 ? 0 : perRadius[d] * lambda[circleRow[d]]);
      values[at++] = bend;
      values[at++] = bend;
    }
  }

  equalityName(i: number): string {
    const { wires, lines, commandRow } = this;
    if (i < wires.equalities_count) return wires.equalityName(i);
    if (i < commandRow) return `line of power of resource ${this.nameOf(lines[i - wires.equalities_count].d)}`;
    return i === commandRow ? 'command of active power' : 'command of reactive power';
  }

  inequalityName(i: number): string {
    const { wires, edges, circles } = this;
    if (i < wires.inequalities_count) return wires.inequalityName(i);
    const k = i - wires.inequalities_count;
    return `region of power of resource ${this.nameOf(k < edges.length ? edges[k].d : circles[k - edges.length])}`;
  }

  private nameOf(d: number): string {
    return this.wires.model.generators[firstResource + d].generator.id;
  }
}

/** The others are bounds. */
const isSlanted = ({ a, b }: { readonly a: number; readonly b: number }): boolean => Math.abs(a) > 1e-12 && Math.abs(b) > 1e-12;
