import { InputError } from '../../base/errors.ts';
import { type ComplexMatrix, complexFrom, complexInverse, complexMatrix, complexProduct, complexSum } from '../../linalg/complex-dense.ts';
import type { Line, PhaseShunt, Switch, Terminal, VoltageSource } from './feeder.ts';

/**
 * Nodal admittance of one element over all its conductors, i = Y·v, + from the buses into the element.
 *
 * Rows and columns are the conductors of `ends`, one end after another, each in the order of its terminal. A conductor that is named twice has two
 * rows, and earth (0) has its row too: whoever adds up a network adds rows of the same conductor and leaves out earth.
 * @shape g_S, b_S [n · n], row by row; n = conductors of all ends
 */
export interface ElementAdmittance {
  readonly ends: readonly Terminal[];
  readonly n: number;
  readonly g_S: Float64Array;
  readonly b_S: Float64Array;
}

/** What a switch has when it states no impedance: small beside every line, large beside rounding. */
export const rSwitch_ohm = 1e-4;

/**
 * A line as a π: series admittance Y = (R + jX)⁻¹ between the ends, half of G + jB at each.
 *
 * Open at one end it is only charged from the other, with Y_c/2 + Y_c/2·(1 + Z·Y_c/2)⁻¹, in which nothing cancels; open at both it is nothing.
 * @throws {InputError} FEEDER_IMPEDANCE_SINGULAR
 * @source Kersting, Distribution System Modeling and Analysis (4th ed.), section 6.1
 */
export function lineAdmittance(line: Line): ElementAdmittance {
  const n = line.from.conductors.length;
  const y = complexMatrix(2 * n);
  const z = complexFrom(n, line.r_ohm, line.x_ohm);
  const halfCharging = complexMatrix(n);
  for (let k = 0; k < n * n; k++) {
    halfCharging.re[k] = (line.g_S?.[k] ?? 0) / 2;
    halfCharging.im[k] = (line.b_S?.[k] ?? 0) / 2;
  }
  if (line.closedFrom && line.closedTo) {
    const series = inverseOf(z, `line "${line.id}"`);
    const self = complexSum(1, series, 1, halfCharging);
    addBlock(y, self, 0, 0);
    addBlock(y, self, n, n);
    addBlock(y, series, 0, n, -1);
    addBlock(y, series, n, 0, -1);
  } else if (line.closedFrom || line.closedTo) {
    const far = inverseOf(complexSum(1, identity(n), 1, complexProduct(z, halfCharging)), `line "${line.id}"`);
    const at = line.closedFrom ? 0 : n;
    addBlock(y, halfCharging, at, at);
    addBlock(y, complexProduct(halfCharging, far), at, at);
  }
  return { ends: [line.from, line.to], n: 2 * n, g_S: y.re, b_S: y.im };
}

/** Conductor by conductor 1/(r + jx) when closed; zero when open. */
export function switchAdmittance(element: Switch): ElementAdmittance {
  const m = element.from.conductors.length;
  const n = 2 * m;
  const y = complexMatrix(n);
  if (element.closed) {
    const r = element.r_ohm ?? (element.x_ohm === undefined ? rSwitch_ohm : 0);
    const x = element.x_ohm ?? 0;
    const z2 = r * r + x * x;
    for (let i = 0; i < m; i++) {
      for (const [row, col, sign] of [
        [i, i, 1],
        [m + i, m + i, 1],
        [i, m + i, -1],
        [m + i, i, -1],
      ]) {
        y.re[row * n + col] = (sign * r) / z2;
        y.im[row * n + col] = (-sign * x) / z2;
      }
    }
  }
  return { ends: [element.from, element.to], n, g_S: y.re, b_S: y.im };
}

/** As many of its equal steps as are closed; zero when out of service. */
export function shuntAdmittance(shunt: PhaseShunt): ElementAdmittance {
  const share = shunt.inService ? (shunt.closed_count ?? shunt.steps_count ?? 1) / (shunt.steps_count ?? 1) : 0;
  return {
    ends: [shunt.terminal],
    n: shunt.terminal.conductors.length,
    g_S: Float64Array.from(shunt.g_S, (g) => share * g),
    b_S: Float64Array.from(shunt.b_S, (b) => share * b),
  };
}

/**
 * What stands behind the terminal of a source, Y = (R + jX)⁻¹; its current into the network is Y·e − Y·v.
 * @returns undefined for an ideal source, which has no admittance: v = e
 * @throws {InputError} FEEDER_IMPEDANCE_SINGULAR
 */
export function sourceAdmittance(source: VoltageSource): ElementAdmittance | undefined {
  if (source.r_ohm === undefined && source.x_ohm === undefined) return undefined;
  const n = source.terminal.conductors.length;
  const zero = new Array<number>(n * n).fill(0);
  const y = inverseOf(complexFrom(n, source.r_ohm ?? zero, source.x_ohm ?? zero), `source "${source.id}"`);
  return { ends: [source.terminal], n, g_S: y.re, b_S: y.im };
}

/** @throws {InputError} FEEDER_IMPEDANCE_SINGULAR */
function inverseOf(z: ComplexMatrix, owner: string): ComplexMatrix {
  const y = complexInverse(z);
  if (y !== undefined) return y;
  throw new InputError({
    code: 'FEEDER_IMPEDANCE_SINGULAR',
    message: `The impedance matrix of ${owner} cannot be inverted: some current would meet no impedance`,
    hint: 'Join its buses or use a switch where there is no impedance; equal rows come from a mutual impedance as large as the self impedance.',
  });
}

function identity(n: number): ComplexMatrix {
  const one = complexMatrix(n);
  for (let i = 0; i < n; i++) one.re[i * n + i] = 1;
  return one;
}

function addBlock(into: ComplexMatrix, block: ComplexMatrix, row: number, col: number, sign = 1): void {
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.cols; j++) {
      into.re[(row + i) * into.cols + col + j] += sign * block.re[i * block.cols + j];
      into.im[(row + i) * into.cols + col + j] += sign * block.im[i * block.cols + j];
    }
  }
}
