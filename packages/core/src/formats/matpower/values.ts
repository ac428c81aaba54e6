import type { Offset } from './syntax.ts';

/** What an expression of a case file can be. Numbers are 1 × 1 matrices. */
export type Value = Matrix | TextValue | CellArray;

/** @shape data (rows_count × cols_count), row by row */
export interface Matrix {
  readonly kind: 'matrix';
  readonly rows_count: number;
  readonly cols_count: number;
  readonly data: Float64Array;
  /** Where each row stands in the file, when it was written out there. */
  readonly rowAt?: readonly Offset[] | undefined;
  /** The result of a comparison: as an index it selects. */
  readonly logical?: boolean | undefined;
}

export interface TextValue {
  readonly kind: 'text';
  readonly text: string;
}

export interface CellArray {
  readonly kind: 'cells';
  readonly rows: readonly (readonly Value[])[];
  readonly rowAt: readonly Offset[];
}

export const scalar = (value: number, logical = false): Matrix => ({
  kind: 'matrix',
  rows_count: 1,
  cols_count: 1,
  data: Float64Array.of(value),
  ...(logical ? { logical } : {}),
});

/** One number to one number; `pi` and its like take none. */
export const elementwise: Readonly<Record<string, (x: number) => number>> = {
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  exp: Math.exp,
  log: Math.log,
  log10: Math.log10,
  abs: Math.abs,
  // halves go away from zero
  round: (x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
  fix: Math.trunc,
  sign: Math.sign,
  deg2rad: (x) => (x * Math.PI) / 180,
  rad2deg: (x) => (x * 180) / Math.PI,
};

export const constants: Readonly<Record<string, number>> = {
  pi: Math.PI,
  Inf: Infinity,
  inf: Infinity,
  NaN: Number.NaN,
  nan: Number.NaN,
  eps: Number.EPSILON,
  true: 1,
  false: 0,
};

/** All elements, or one number per column, to one number. */
export const reductions: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((total, x) => total + x, 0),
  prod: (values) => values.reduce((total, x) => total * x, 1),
  max: (values) => values.reduce((best, x) => (x > best || Number.isNaN(best) ? x : best), Number.NaN),
  min: (values) => values.reduce((best, x) => (x < best || Number.isNaN(best) ? x : best), Number.NaN),
  mean: (values) => values.reduce((total, x) => total + x, 0) / values.length,
};

const truth = (value: boolean): number => (value ? 1 : 0);

/** Element by element; `*`, `/` and `^` with two true matrices are refused by the evaluator. */
export const binaryOperators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '.*': (a, b) => a * b,
  '/': (a, b) => a / b,
  './': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '.^': (a, b) => a ** b,
  '==': (a, b) => truth(a === b),
  '~=': (a, b) => truth(a !== b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  '&': (a, b) => truth(a !== 0 && b !== 0),
  '|': (a, b) => truth(a !== 0 || b !== 0),
  '&&': (a, b) => truth(a !== 0 && b !== 0),
  '||': (a, b) => truth(a !== 0 || b !== 0),
};
export const isComparison = (operator: string): boolean => /^([=~!<>]=?=?|&&?|\|\|?)$/.test(operator);
