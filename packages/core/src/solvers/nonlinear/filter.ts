/** A step must improve violation or barrier function by this fraction of the violation. */
const MARGIN_VIOLATION = 1e-5;
const MARGIN_BARRIER = 1e-5;
/** Exponents and factor of the switching condition; slope part of Armijo's rule. */
const SLOPE_POWER = 2.3;
const VIOLATION_POWER = 1.1;
const ARMIJO = 1e-8;
const VIOLATION_SMALL_FRAC = 1e-4;
const VIOLATION_LARGE_FACTOR = 1e4;

/** `objective`: a step of sufficient descent; `either`: one that must enter the filter. */
export type Acceptance = 'objective' | 'either';

/**
 * Pairs (violation θ, barrier function φ) that no later point may be worse than in both.
 * @source Fletcher & Leyffer, Math. Program. 91 (2002); Wächter & Biegler (2006), section 2.3
 */
export class Filter {
  private entries: { theta: number; phi: number }[] = [];
  private readonly thetaSmall: number;
  private readonly thetaLarge: number;

  constructor(theta: number) {
    this.thetaSmall = VIOLATION_SMALL_FRAC * Math.max(1, theta);
    this.thetaLarge = VIOLATION_LARGE_FACTOR * Math.max(1, theta);
  }

  /** Forgets everything: φ of another μ cannot be compared. */
  clear(): void {
    this.entries = [];
  }

  add(theta: number, phi: number): void {
    this.entries.push({ theta: (1 - MARGIN_VIOLATION) * theta, phi: phi - MARGIN_BARRIER * theta });
  }

  /**
   * Whether a trial point may follow the point (theta, phi).
   * @param slope - directional derivative of φ
   * @returns undefined to refuse
   */
  judge(theta: number, phi: number, slope: number, alpha: number, trialTheta: number, trialPhi: number): Acceptance | undefined {
    if (!Number.isFinite(trialTheta) || !Number.isFinite(trialPhi) || trialTheta > this.thetaLarge) return undefined;
    const rounding = 10 * Number.EPSILON * Math.abs(phi);
    if (!this.allows(trialTheta, trialPhi - rounding)) return undefined;
    const switches = slope < 0 && alpha * (-slope) ** SLOPE_POWER > theta ** VIOLATION_POWER;
    if (switches && theta <= this.thetaSmall) {
      return trialPhi - phi - rounding <= ARMIJO * alpha * slope ? 'objective' : undefined;
    }
    const improves = trialTheta <= (1 - MARGIN_VIOLATION) * theta || trialPhi - rounding <= phi - MARGIN_BARRIER * theta;
    return improves ? 'either' : undefined;
  }

  allows(theta: number, phi: number): boolean {
    for (const entry of this.entries) if (theta >= entry.theta && phi >= entry.phi) return false;
    return true;
  }
}
