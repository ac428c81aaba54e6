import { backward, cholesky, compressedRows, forward, gramOf, refuseHessian } from './active-set-matrices.ts';

/** Part of a warm row outside the span of the others below which it is left out. */
const WARM_DEPENDENCE = 1e-8;
/** Smaller shares of a row in a contradiction are rounding. */
const CONFLICT_SHARE = 1e-9;

export interface ActiveSetOptions {
  /** A row counts as violated beyond this, relative to 1 + |bound|. Default 1e-10. */
  readonly feasibility_frac?: number;
  /** Part of a row outside the span of the active ones below which it depends on them. Default 1e-9. */
  readonly dependence_frac?: number;
  /** Rows added or dropped at most. Default 10·(n + m) + 50. */
  readonly iterations_max_count?: number;
}

/** Views on the workspace: they hold until the next `solve`. */
export interface ActiveSetAnswer {
  readonly status: 'optimal' | 'infeasible' | 'iteration-limit';
  readonly x: Float64Array;
  /** y with H·x + c − Gᵀy = 0; y_i ≥ 0 at the lower bound, ≤ 0 at the upper. */
  readonly multipliers: Float64Array;
  /** Rows at a bound: i at its lower one, ~i (= −1 − i) at its upper one. May be handed back as `warm`. */
  readonly active: Int32Array;
  /** When infeasible: rows that exclude each other. */
  readonly conflict: readonly number[];
  readonly iterations_count: number;
}

/**
 * Small dense convex programs with one matrix and many costs and bounds, as in projections period by period:
 *
 *   min ½·xᵀHx + cᵀx   subject to   lower ≤ G·x ≤ upper        H positive definite, or ρ·I
 *
 * In u = Lᵀx (H = L·Lᵀ) this is the projection of u₀ = −L⁻¹c on a polyhedron. Starting from u₀, the most violated row
 * is made active; rows whose multipliers would turn negative are dropped on the way. Q·R = (active rows)ᵀ is kept by
 * Gram–Schmidt with one repetition and by rotations, S = G̃·G̃ᵀ gives the change of every row without touching n.
 * A warm start takes the rows of an earlier answer (with the factors, if they are still there) and first drops those
 * whose multipliers have the wrong sign: what remains is the optimum of its own subproblem, so the method may go on.
 *
 * | symbol | field | shape |
 * |---|---|---|
 * | G̃ = G·L⁻ᵀ | rows | m × n, row-major |
 * | S = G̃·G̃ᵀ | gram | m × m |
 * | Q, R | q, r | n × n: column k of Q at k·n; R upper triangular, column k at k·n |
 * | active rows, their side ±1, multipliers ≥ 0 | held, side, mu | count |
 * | G̃·u, u | activity, u | m, n |
 * @cost start m·n (sparse rows: nonzeros), then about n·k + m·k for each row added or dropped, k active; no allocation
 *   but the answer itself. Not meant for n beyond 60 or m beyond 400: S takes m² numbers.
 * @source Goldfarb & Idnani, A numerically stable dual method for solving strictly convex quadratic programs,
 *   Math. Prog. 27 (1983); Daniel, Gragg, Kaufman & Stewart, Reorthogonalization and stable algorithms for updating
 *   the Gram–Schmidt QR factorization, Math. Comp. 30 (1976)
 */
export class DenseActiveSet {
  readonly n: number;
  readonly m: number;
  private readonly rho: number;
  /** L, row-major; undefined for ρ·I. */
  private readonly factor: Float64Array | undefined;
  private readonly rows: Float64Array;
  private readonly rowStart: Int32Array;
  private readonly rowColumn: Int32Array;
  private readonly rowValue: Float64Array;
  private readonly gram: Float64Array;
  private readonly q: Float64Array;
  private readonly r: Float64Array;
  private readonly held: Int32Array;
  private readonly side: Float64Array;
  private readonly mu: Float64Array;
  private readonly place: Int32Array;
  private readonly pinned: Uint8Array;
  private count = 0;
  private readonly u0: Float64Array;
  private readonly u: Float64Array;
  private readonly activity0: Float64Array;
  private readonly activity: Float64Array;
  private readonly normal: Float64Array;
  private readonly qn: Float64Array;
  private readonly fall: Float64Array;
  private readonly x: Float64Array;
  private readonly multipliers: Float64Array;
  private readonly options: Required<ActiveSetOptions>;

  /**
   * @param hessian - n × n row-major, or a number ρ for ρ·I
   * @param g - m × n row-major
   * @throws {InputError} SOLVER_NOT_CONVEX if H is not positive definite
   */
  constructor(n: number, hessian: Float64Array | number, g: Float64Array, options: ActiveSetOptions = {}) {
    const m = n === 0 ? 0 : g.length / n;
    this.n = n;
    this.m = m;
    this.rho = typeof hessian === 'number' ? hessian : 1;
    this.factor = typeof hessian === 'number' ? undefined : cholesky(n, hessian);
    if (!(this.rho > 0)) refuseHessian(`ρ is ${this.rho}`);
    this.options = {
      feasibility_frac: options.feasibility_frac ?? 1e-10,
      dependence_frac: options.dependence_frac ?? 1e-9,
      iterations_max_count: options.iterations_max_count ?? 10 * (n + m) + 50,
    };
    this.rows = g.slice();
    if (this.factor) for (let i = 0; i < m; i++) forward(n, this.factor, this.rows.subarray(i * n, i * n + n));
    this.gram = gramOf(this.rows, n, m);
    const { rowStart, rowColumn, rowValue } = compressedRows(g, n, m);
    this.rowStart = rowStart;
    this.rowColumn = rowColumn;
    this.rowValue = rowValue;
    const most = Math.min(n, m);
    this.q = new Float64Array(n * n);
    this.r = new Float64Array(n * n);
    this.held = new Int32Array(most + 1);
    this.side = new Float64Array(most + 1);
    this.mu = new Float64Array(most + 1);
    this.place = new Int32Array(m).fill(-1);
    this.pinned = new Uint8Array(m);
    this.u0 = new Float64Array(n);
    this.u = new Float64Array(n);
    this.activity0 = new Float64Array(m);
    this.activity = new Float64Array(m);
    this.normal = new Float64Array(n);
    this.qn = new Float64Array(n);
    this.fall = new Float64Array(n + 1);
    this.x = new Float64Array(n);
    this.multipliers = new Float64Array(m);
  }

  /**
   * @param warm - `active` of an earlier answer; default: that of the last one. An empty array starts cold.
   * @param lower, upper - bounds of G·x, ±Infinity where there is none; equal bounds make an equality
   */
  solve(c: Float64Array, lower: Float64Array, upper: Float64Array, warm?: Int32Array): ActiveSetAnswer {
    const { m, activity, options } = this;
    this.projectFreely(c);
    this.takeWarm(lower, upper, warm);
    let iterations_count = 0;
    for (;;) {
      let worst = options.feasibility_frac;
      let enter = -1;
      let sign = 1;
      for (let i = 0; i < m; i++) {
        if (this.place[i] >= 0) continue;
        const below = (lower[i] - activity[i]) / (1 + Math.abs(lower[i]));
        const above = (activity[i] - upper[i]) / (1 + Math.abs(upper[i]));
        if (below > worst) {
          worst = below;
          enter = i;
          sign = 1;
        } else if (above > worst) {
          worst = above;
          enter = i;
          sign = -1;
        }
      }
      if (enter < 0) return this.answer('optimal', iterations_count);
      const room = this.admit(enter, sign, lower, upper, options.iterations_max_count - iterations_count);
      if (room === -1) return this.answer('infeasible', iterations_count, this.conflictOf(enter));
      if (room < 0) return this.answer('iteration-limit', iterations_count);
      iterations_count += room;
    }
  }

  /** Makes one violated row active; returns the steps taken, −1 when the rows conflict, −2 at the limit. */
  private admit(enter: number, sign: number, lower: Float64Array, upper: Float64Array, steps_max: number): number {
    const { m, activity, gram, fall, mu, held, side } = this;
    const goal = sign > 0 ? lower[enter] : upper[enter];
    let multiplier = 0;
    for (let steps = 1; steps <= steps_max; steps++) {
      const free = this.splitOff(enter, sign);
      this.solveUpper();
      let longest = Number.POSITIVE_INFINITY;
      let leave = -1;
      for (let k = 0; k < this.count; k++) {
        if (this.pinned[held[k]] === 1 || fall[k] <= 0) continue;
        const ratio = mu[k] / fall[k];
        if (ratio < longest) {
          longest = ratio;
          leave = k;
        }
      }
      const dependent = free <= this.options.dependence_frac ** 2 * gram[enter * m + enter] || this.count >= this.n;
      const full = dependent ? Number.POSITIVE_INFINITY : Math.max(0, (sign * (goal - activity[enter])) / free);
      const step = Math.min(longest, full);
      if (step === Number.POSITIVE_INFINITY) {
        return -1;
      }
      if (!dependent) {
        this.addRow(activity, enter, sign * step);
        for (let k = 0; k < this.count; k++) this.addRow(activity, held[k], -step * fall[k] * side[k]);
      }
      for (let k = 0; k < this.count; k++) mu[k] -= step * fall[k];
      multiplier += step;
      if (full <= longest) {
        this.append(enter, sign, multiplier, Math.sqrt(free), lower[enter] === upper[enter]);
        activity[enter] = goal;
        return steps;
      }
      this.drop(leave);
    }
    return -2;
  }

  /** activity += weight·S(:, row) */
  private addRow(activity: Float64Array, row: number, weight: number): void {
    if (weight === 0) return;
    const { gram, m } = this;
    const start = row * m;
    for (let i = 0; i < m; i++) activity[i] += weight * gram[start + i];
  }

  /** Minimum without rows: u₀ = −L⁻¹c (or −c/ρ), and G·x there. */
  private projectFreely(c: Float64Array): void {
    const { n, m, u0, x, activity0, rowStart, rowColumn, rowValue, factor, rho } = this;
    for (let k = 0; k < n; k++) u0[k] = -c[k] / rho;
    if (factor) forward(n, factor, u0);
    x.set(u0);
    if (factor) backward(n, factor, x);
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let p = rowStart[i]; p < rowStart[i + 1]; p++) sum += rowValue[p] * x[rowColumn[p]];
      activity0[i] = sum;
    }
  }

  /** Sets up the active rows of an earlier answer and drops those that do not press. */
  private takeWarm(lower: Float64Array, upper: Float64Array, warm: Int32Array | undefined): void {
    const { held, side, mu, activity, activity0, place } = this;
    if (warm) {
      while (this.count > 0) place[held[--this.count]] = -1;
      for (let w = 0; w < warm.length; w++) {
        const row = warm[w] < 0 ? ~warm[w] : warm[w];
        if (this.count >= this.n || place[row] >= 0) continue;
        const sign = warm[w] < 0 ? -1 : 1;
        const free = this.splitOff(row, sign);
        if (free <= WARM_DEPENDENCE * this.gram[row * this.m + row]) continue;
        this.append(row, sign, 0, Math.sqrt(free), false);
      }
    }
    for (let k = this.count - 1; k >= 0; k--) {
      const row = held[k];
      const low = lower[row];
      const high = upper[row];
      if (low === Number.NEGATIVE_INFINITY && high === Number.POSITIVE_INFINITY) {
        this.drop(k);
        continue;
      }
      if ((side[k] > 0 ? low : -high) === Number.NEGATIVE_INFINITY) this.turn(k);
      this.pinned[row] = low === high ? 1 : 0;
    }
    for (;;) {
      this.multipliersOf(lower, upper);
      let weakest = 0;
      let leave = -1;
      for (let k = 0; k < this.count; k++) {
        if (this.pinned[held[k]] === 1 || mu[k] >= weakest) continue;
        weakest = mu[k];
        leave = k;
      }
      if (leave < 0) break;
      this.drop(leave);
    }
    activity.set(activity0);
    for (let k = 0; k < this.count; k++) this.addRow(activity, held[k], mu[k] * side[k]);
  }

  /** μ of the active rows held as equalities: RᵀR·μ = σ·(bound − G·x₀). */
  private multipliersOf(lower: Float64Array, upper: Float64Array): void {
    const { n, r, mu, held, side, activity0, fall, qn } = this;
    for (let k = 0; k < this.count; k++) {
      const row = held[k];
      let sum = side[k] * ((side[k] > 0 ? lower[row] : upper[row]) - activity0[row]);
      for (let i = 0; i < k; i++) sum -= r[k * n + i] * qn[i];
      qn[k] = sum / r[k * n + k];
    }
    this.solveUpper();
    for (let k = 0; k < this.count; k++) mu[k] = fall[k];
  }

  /** qn ← Qᵀ·(sign·row), normal ← the part of the row outside the span of Q; returns its squared length. */
  private splitOff(row: number, sign: number): number {
    const { n, q, rows, normal, qn } = this;
    const start = row * n;
    for (let j = 0; j < n; j++) normal[j] = sign * rows[start + j];
    for (let k = 0; k < this.count; k++) qn[k] = 0;
    if (this.count > 0) {
      for (let pass = 0; pass < 2; pass++) {
        for (let k = 0; k < this.count; k++) {
          const column = k * n;
          let along = 0;
          for (let j = 0; j < n; j++) along += q[column + j] * normal[j];
          for (let j = 0; j < n; j++) normal[j] -= along * q[column + j];
          qn[k] += along;
        }
      }
    }
    let free = 0;
    for (let j = 0; j < n; j++) free += normal[j] * normal[j];
    return free;
  }

  /** fall ← R⁻¹·qn */
  private solveUpper(): void {
    const { n, r, qn, fall } = this;
    for (let k = 0; k < this.count; k++) fall[k] = qn[k];
    for (let k = this.count - 1; k >= 0; k--) {
      const column = k * n;
      fall[k] /= r[column + k];
      for (let i = 0; i < k; i++) fall[i] -= r[column + i] * fall[k];
    }
  }

  /** A new last column of Q and R from the latest `splitOff`. */
  private append(row: number, sign: number, multiplier: number, length: number, isPinned: boolean): void {
    const { n, q, r, normal, qn, held, side, mu, place, pinned } = this;
    const k = this.count++;
    const column = k * n;
    for (let j = 0; j < n; j++) q[column + j] = normal[j] / length;
    for (let i = 0; i < k; i++) r[column + i] = qn[i];
    r[column + k] = length;
    held[k] = row;
    side[k] = sign;
    mu[k] = multiplier;
    place[row] = k;
    pinned[row] = isPinned ? 1 : 0;
  }

  /** Turns an active row to its other side. R keeps a negative diagonal entry: only its square and quotients count. */
  private turn(k: number): void {
    const { n, r, side } = this;
    for (let i = 0; i <= k; i++) r[k * n + i] = -r[k * n + i];
    side[k] = -side[k];
  }

  /** Removes the active row at position `leave`; rotations make R triangular again. */
  private drop(leave: number): void {
    const { n, q, r, held, side, mu, place } = this;
    place[held[leave]] = -1;
    const last = --this.count;
    for (let k = leave; k < last; k++) {
      held[k] = held[k + 1];
      side[k] = side[k + 1];
      mu[k] = mu[k + 1];
      place[held[k]] = k;
      for (let i = 0; i <= k + 1; i++) r[k * n + i] = r[(k + 1) * n + i];
    }
    for (let k = leave; k < last; k++) {
      const a = r[k * n + k];
      const b = r[k * n + k + 1];
      const length = Math.sqrt(a * a + b * b);
      if (length === 0) continue;
      const cos = a / length;
      const sin = b / length;
      r[k * n + k] = length;
      r[k * n + k + 1] = 0;
      for (let l = k + 1; l < last; l++) {
        const top = r[l * n + k];
        const below = r[l * n + k + 1];
        r[l * n + k] = cos * top + sin * below;
        r[l * n + k + 1] = cos * below - sin * top;
      }
      for (let j = 0; j < n; j++) {
        const left = q[k * n + j];
        const right = q[(k + 1) * n + j];
        q[k * n + j] = cos * left + sin * right;
        q[(k + 1) * n + j] = cos * right - sin * left;
      }
    }
  }

  /** The rows whose combination excludes the entering one: those in `fall` of the latest step. */
  private conflictOf(enter: number): number[] {
    const rows = [enter];
    for (let k = 0; k < this.count; k++) if (Math.abs(this.fall[k]) > CONFLICT_SHARE) rows.push(this.held[k]);
    return rows;
  }

  /** x = L⁻ᵀ(u₀ + Σ σ·μ·row) and y from the active rows. */
  private answer(status: ActiveSetAnswer['status'], iterations_count: number, conflict: readonly number[] = []): ActiveSetAnswer {
    const { n, rows, u, u0, x, multipliers, held, side, mu, rho, factor } = this;
    u.set(u0);
    multipliers.fill(0);
    for (let k = 0; k < this.count; k++) {
      const weight = side[k] * mu[k];
      const start = held[k] * n;
      for (let j = 0; j < n; j++) u[j] += weight * rows[start + j];
      multipliers[held[k]] = weight * rho;
    }
    x.set(u);
    if (factor) backward(n, factor, x);
    const active = new Int32Array(this.count);
    for (let k = 0; k < this.count; k++) active[k] = side[k] > 0 ? held[k] : ~held[k];
    return { status, x, multipliers, active, conflict, iterations_count };
  }
}
