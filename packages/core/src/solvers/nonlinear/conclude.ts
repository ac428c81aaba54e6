import { certify } from './certificate.ts';
import type { Iterate } from './iterate.ts';
import type { NonlinearProgram, NonlinearSolution, NonlinearStatus } from './program.ts';

/** An answer called optimal must keep its rows to this multiple of the tolerance, in the units of the model. */
const ALMOST_FACTOR = 1e4;
const CONFLICT_MAX_COUNT = 8;
/** A smaller violation is no reason for infeasibility. */
const CONFLICT_MIN = 1e-6;

/** Takes scales and widening back, and judges the point on the program itself. */
export function conclude(at: Iterate, status: NonlinearStatus, iterations_count: number, tolerance: number): NonlinearSolution {
  const { scaled } = at;
  const { program, n, scaleF, scaleG, scaleH } = scaled;
  const x = at.x.slice();
  for (let j = 0; j < n; j++) x[j] = Math.min(Math.max(x[j], program.lower[j]), program.upper[j]);
  const equalityDual = at.y.map((y, i) => (y * scaleG[i]) / scaleF);
  const inequalityDual = at.lambda.map((lambda, i) => (lambda * scaleH[i]) / scaleF);
  const boundDual = new Float64Array(n);
  for (let j = 0; j < n; j++) boundDual[j] = (at.zLower[j] - at.zUpper[j]) / scaleF;
  if (scaled.fixed.includes(1)) fixedDuals(program, x, equalityDual, inequalityDual, scaled.fixed, boundDual);
  const { objective, ...certificate } = certify(program, { x, equalityDual, inequalityDual, boundDual });
  const honest = status === 'optimal' && certificate.primalResidual > ALMOST_FACTOR * tolerance ? 'almost-optimal' : status;
  const found = { status: honest, x, objective, equalityDual, inequalityDual, boundDual, iterations_count, certificate };
  return status === 'locally-infeasible' ? { ...found, conflict: worstRows(program, x) } : found;
}

/** A fixed variable takes what stationarity leaves. */
function fixedDuals(
  program: NonlinearProgram,
  x: Float64Array,
  y: Float64Array,
  lambda: Float64Array,
  fixed: Uint8Array,
  out: Float64Array,
): void {
  const { equalityPlaces: eq, inequalityPlaces: iq } = program;
  const gradient = new Float64Array(x.length);
  const jg = new Float64Array(eq.row.length);
  const jh = new Float64Array(iq.row.length);
  program.derivativesInto(x, gradient, jg, jh);
  for (let k = 0; k < jg.length; k++) gradient[eq.column[k]] += jg[k] * y[eq.row[k]];
  for (let k = 0; k < jh.length; k++) gradient[iq.column[k]] += jh[k] * lambda[iq.row[k]];
  for (let j = 0; j < x.length; j++) if (fixed[j]) out[j] = gradient[j];
}

function worstRows(program: NonlinearProgram, x: Float64Array): string[] {
  const g = new Float64Array(program.equalities_count);
  const h = new Float64Array(program.inequalities_count);
  program.functionsInto(x, g, h);
  const rows: { size: number; name: () => string }[] = [];
  g.forEach((value, i) => {
    rows.push({ size: Math.abs(value), name: () => program.equalityName(i) });
  });
  h.forEach((value, i) => {
    rows.push({ size: Math.max(program.rangeLower[i] - value, value - program.rangeUpper[i]), name: () => program.inequalityName(i) });
  });
  const worst = rows.sort((a, b) => b.size - a.size).slice(0, CONFLICT_MAX_COUNT);
  return worst.filter((row) => row.size > CONFLICT_MIN).map((row) => row.name());
}
