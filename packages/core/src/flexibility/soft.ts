import { type Affine, at, type Variable } from '../problem/affine.ts';
import type { Declaration } from '../problem/declare.ts';

/** A row lower ≤ of ≤ upper per step, without the inputs that loosen it. */
export interface LooseRow {
  readonly of: Affine;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Rows without soft inputs. An input is soft when nothing but rows and costs knows it, and more of it (or less) loosens every one of
 * them: discomfort that is paid for, the epigraph of a cost. Standing at its own limit it forbids as little as it can; a limit that is
 * infinite takes its rows away.
 */
export function withoutSoftInputs(declared: Declaration): { readonly rows: LooseRow[]; readonly soft: ReadonlySet<Variable> } {
  const nT = declared.steps_count;
  const elsewhere = new Set<Variable>();
  const note = (expression: Affine): void => {
    for (const { variable } of expression.terms) elsewhere.add(variable);
  };
  declared.p_kW.forEach(note);
  declared.q_kvar.forEach(note);
  for (const { rate } of declared.states) note(rate);
  for (const { of } of [...declared.totals, ...declared.ramps]) note(of);
  for (const { p, q } of declared.circles) {
    note(p);
    note(q);
  }
  for (const pair of declared.exclusives) for (const variable of pair) elsewhere.add(variable);

  const soft = new Set<Variable>();
  const loosened = new Map<Variable, 1 | -1>();
  for (const { variable } of declared.inputs) {
    if (elsewhere.has(variable)) continue;
    const signs = new Set<number>();
    for (const { of, lower, upper } of declared.rows) {
      const term = of.terms.find((one) => one.variable === variable);
      if (!term) continue;
      for (let t = 0; t < nT; t++) {
        const slope = at(term.coefficient, t);
        if (slope === 0) continue;
        if (at(lower, t) > -Infinity) signs.add(Math.sign(slope));
        if (at(upper, t) < Infinity) signs.add(-Math.sign(slope));
      }
    }
    if (signs.size > 1) continue;
    soft.add(variable);
    loosened.set(variable, signs.has(-1) ? -1 : 1);
  }

  const limits = new Map(declared.inputs.map((input) => [input.variable, input]));
  const rows = declared.rows.map(({ of, lower, upper }): LooseRow => {
    const kept = of.terms.filter(({ variable }) => !soft.has(variable));
    const gone = of.terms.filter(({ variable }) => soft.has(variable));
    const shift = Float64Array.from({ length: nT }, (_, t) => {
      let amount = 0;
      for (const { variable, coefficient } of gone) {
        const { lower: least, upper: most } = limits.get(variable)!;
        const slope = at(coefficient, t);
        if (slope !== 0) amount += slope * at(loosened.get(variable) === 1 ? most : least, t);
      }
      return amount;
    });
    return {
      of: { terms: kept, constant: of.constant },
      lower: Float64Array.from({ length: nT }, (_, t) => (at(lower, t) === -Infinity ? -Infinity : at(lower, t) - shift[t])),
      upper: Float64Array.from({ length: nT }, (_, t) => (at(upper, t) === Infinity ? Infinity : at(upper, t) - shift[t])),
    };
  });
  return { rows: rows.filter(({ lower, upper }) => lower.some((v) => v > -Infinity) || upper.some((v) => v < Infinity)), soft };
}
