import { InputError } from '../base/errors.ts';
import { type Mode, modesAt } from './modes.ts';
import type { Plant } from './plant.ts';

/** Above this many states eigenvalues take longer than many a run; the fastest mode is then found by iteration. */
const STATES_FOR_EIGENVALUES = 240;
const ITERATIONS = 60;

/** |R(z)| of RK4 for z = h·λ, R(z) = 1 + z + z²/2 + z³/6 + z⁴/24. */
export function rk4Growth(re: number, im: number): number {
  let a = 1;
  let b = 0;
  // Horner: 1 + z·(1 + z/2·(1 + z/3·(1 + z/4)))
  for (let k = 4; k >= 1; k--) {
    const real = 1 + (a * re - b * im) / k;
    b = (a * im + b * re) / k;
    a = real;
  }
  return Math.hypot(a, b);
}

/** The largest step at which RK4 lets a decaying mode decay, by bisection along the ray h·λ. */
export function largestRk4Step_s(re_per_s: number, im_rad_per_s: number): number {
  const size = Math.hypot(re_per_s, im_rad_per_s);
  if (!(size > 0) || re_per_s >= 0) return Infinity;
  const grows = (h: number): boolean => rk4Growth(h * re_per_s, h * im_rad_per_s) > 1;
  let high = 0.1 / size;
  while (!grows(high)) high *= 1.1;
  let low = high / 1.1;
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (grows(middle)) high = middle;
    else low = middle;
  }
  return low;
}

/** The longest step of RK4 that the fastest decaying mode at a point allows, and which mode that is, in words. */
export interface FixedStepLimit {
  readonly longest_s: number;
  readonly mode: string;
  /** The state that takes the largest part in it. */
  readonly state: string;
}

/**
 * With eigenvalues where there are few states; else with the growth of a direction under repeated f_x, which finds |λ| of the largest eigenvalue and
 * judges it as a real one.
 */
export function fixedStepLimit(plant: Plant, x: Float64Array, u: Float64Array): FixedStepLimit {
  const n = plant.states.length;
  if (n > STATES_FOR_EIGENVALUES) {
    const { size_per_s, state } = fastestByIteration(plant, x, u);
    return { longest_s: largestRk4Step_s(-size_per_s, 0), mode: `of about ${size_per_s.toPrecision(4)} 1/s`, state };
  }
  let worst: Mode | undefined;
  let longest_s = Infinity;
  for (const mode of n === 0 ? [] : modesAt(plant, x, u)) {
    const most_s = largestRk4Step_s(mode.re_per_s, mode.im_rad_per_s);
    if (most_s >= longest_s) continue;
    longest_s = most_s;
    worst = mode;
  }
  if (worst === undefined) return { longest_s, mode: '', state: '' };
  const { re_per_s, im_rad_per_s, participation } = worst;
  const mode = `λ = ${re_per_s.toPrecision(4)}${im_rad_per_s === 0 ? '' : ` ± ${im_rad_per_s.toPrecision(4)}j`} 1/s`;
  return { longest_s, mode, state: participation[0]?.state ?? '' };
}

/**
 * Says before a run that a fixed step is too long for the fastest decaying mode at its start.
 * @throws {InputError} SIMULATION_STEP_TOO_LONG, naming the mode, the state that takes the largest part in it, and the step that works
 */
export function checkFixedStep(plant: Plant, x: Float64Array, u: Float64Array, step_s: number): void {
  const { longest_s, mode, state } = fixedStepLimit(plant, x, u);
  if (step_s > longest_s) throw tooLong(step_s, longest_s, mode, state);
}

function tooLong(step_s: number, longest_s: number, lambda: string, state: string): InputError {
  return new InputError({
    code: 'SIMULATION_STEP_TOO_LONG',
    message: `A fixed step of ${step_s} s is too long for the fastest mode, ${lambda}${state === '' ? '' : `, in which ${state} takes the largest part`}`,
    hint: `Take a step of at most ${(0.95 * longest_s).toPrecision(3)} s, a method with steps of its own (dormand-prince), or rodas4 for fast modes.`,
  });
}

function fastestByIteration(plant: Plant, x: Float64Array, u: Float64Array): { readonly size_per_s: number; readonly state: string } {
  const n = plant.states.length;
  const du = new Float64Array(plant.inputs.length);
  const outputs = new Float64Array(plant.outputs.length);
  const direction = Float64Array.from({ length: n }, (_, i) => 1 + Math.sin(i));
  const image = new Float64Array(n);
  let grown = 0;
  for (let k = 0; k < ITERATIONS; k++) {
    const length = Math.hypot(...direction);
    for (let i = 0; i < n; i++) direction[i] /= length;
    plant.tangentInto(x, u, direction, du, image, outputs);
    // a pair turns: the mean growth over the last half is its size
    if (k >= ITERATIONS / 2) grown += Math.log(Math.hypot(...image)) / (ITERATIONS / 2);
    direction.set(image);
  }
  let at = 0;
  for (let i = 1; i < n; i++) if (Math.abs(direction[i]) > Math.abs(direction[at])) at = i;
  return { size_per_s: Math.exp(grown), state: plant.states[at].name };
}
