/**
 * Affine expressions over the variables of one declaration or model. A coefficient is a number, or one number per time step
 * (in declarations).
 */
export type Coefficient = number | Float64Array;

/**
 * Of a declaration a named trajectory: an input holds its value on a step, a state is read at the end of a step. Of a `Model`
 * a decision: one unknown number.
 */
export interface Variable {
  readonly name: string;
  readonly role: 'input' | 'state' | 'decision';
  /** Position among the variables of its declaration or model, in order of declaration. */
  readonly index: number;
}

export interface Affine {
  readonly terms: readonly Term[];
  readonly constant: Coefficient;
}

export interface Term {
  readonly variable: Variable;
  readonly coefficient: Coefficient;
}

export type Expression = Variable | Affine | Coefficient;

/** Value of a coefficient on step t. */
export const at = (coefficient: Coefficient, t: number): number => (typeof coefficient === 'number' ? coefficient : coefficient[t]);

export function affine(expression: Expression): Affine {
  if (typeof expression === 'number' || expression instanceof Float64Array) return { terms: [], constant: expression };
  if ('terms' in expression) return expression;
  return { terms: [{ variable: expression, coefficient: 1 }], constant: 0 };
}

/** a + b, step by step. */
export function addCoefficients(a: Coefficient, b: Coefficient): Coefficient {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const n = typeof a === 'number' ? (b as Float64Array).length : a.length;
  return Float64Array.from({ length: n }, (_, t) => at(a, t) + at(b, t));
}

/** a·b, step by step. */
export function multiplyCoefficients(a: Coefficient, b: Coefficient): Coefficient {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const n = typeof a === 'number' ? (b as Float64Array).length : a.length;
  return Float64Array.from({ length: n }, (_, t) => at(a, t) * at(b, t));
}

/** The sum of expressions; terms of one variable are merged. */
export function sum(...expressions: readonly Expression[]): Affine {
  const byIndex = new Map<number, Term>();
  let constant: Coefficient = 0;
  for (const expression of expressions) {
    const e = affine(expression);
    constant = addCoefficients(constant, e.constant);
    for (const { variable, coefficient } of e.terms) {
      const known = byIndex.get(variable.index);
      const total = known ? addCoefficients(known.coefficient, coefficient) : coefficient;
      byIndex.set(variable.index, { variable, coefficient: total });
    }
  }
  return { terms: [...byIndex.values()], constant };
}

/** k times an expression. */
export function mul(k: Coefficient, expression: Expression): Affine {
  const e = affine(expression);
  return {
    terms: e.terms.map(({ variable, coefficient }) => ({ variable, coefficient: multiplyCoefficients(k, coefficient) })),
    constant: multiplyCoefficients(k, e.constant),
  };
}
