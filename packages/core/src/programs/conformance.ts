import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CombinationError, InputError } from '../base/errors.ts';
import { objectiveOf } from '../problem/program.ts';
import type { Solver } from '../solvers/contract.ts';
import type { ProgramFormat, StatedProgram } from './contract.ts';

export interface ProgramExample {
  readonly title: string;
  readonly text: string;
  /** In the sense of the file; absent where the example only has to be read. */
  readonly optimum?: number;
  readonly status?: 'infeasible' | 'unbounded';
}

export interface ProgramExamples {
  readonly valid: readonly ProgramExample[];
  /** Texts in other formats. */
  readonly foreign: readonly string[];
  /** Broken texts with the code that each must give, and its line. */
  readonly broken: readonly (readonly [text: string, code: string, line: number])[];
  /** Solvers to hold the optima against. */
  readonly solvers: readonly Solver[];
}

const fileName = 'example.txt';

/** Reads, and checks that nothing but a well-formed refusal is thrown. */
function readOrRefuse(format: ProgramFormat, text: string): StatedProgram | InputError | CombinationError {
  try {
    return format.read(text, { fileName });
  } catch (error) {
    if (!(error instanceof CombinationError)) expect(error).toBeInstanceOf(InputError);
    const { code, where, hint, message } = error as InputError;
    expect(code).toMatch(/^(PROGRAM|FORMAT)(_[A-Z0-9]+)+$/);
    expect(where, message).toMatch(/^example\.txt/);
    expect(hint, message).toBeTruthy();
    expect(message.length).toBeLessThan(1500);
    return error as InputError;
  }
}

/** A programme that solvers and printers can rely on. */
function mustBeSound({ program, cones, warnings, sense, columnLine, rowLine }: StatedProgram): void {
  const n = program.cost.length;
  const m = program.rowLower.length;
  expect([program.lower.length, program.upper.length, program.rows.cols_count]).toEqual([n, n, n]);
  expect([program.rowUpper.length, program.rows.rows_count]).toEqual([m, m]);
  expect(['minimise', 'maximise']).toContain(sense);
  expect(Number.isFinite(program.offset) && program.cost.every(Number.isFinite) && program.rows.values.every(Number.isFinite)).toBe(true);
  for (let j = 0; j < n; j++) {
    expect(program.lower[j]).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(program.upper[j]).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    expect(program.columnName(j)).toBeTruthy();
    expect(columnLine(j)).toBeGreaterThan(0);
  }
  for (let i = 0; i < m; i++) {
    expect(program.rowLower[i]).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(program.rowUpper[i]).toBeGreaterThan(Number.NEGATIVE_INFINITY);
    expect(program.rowName(i)).toBeTruthy();
    expect(rowLine(i)).toBeGreaterThan(0);
  }
  const { quadratic } = program;
  for (let j = 0; quadratic && j < n; j++) {
    for (let p = quadratic.colStart[j]; p < quadratic.colStart[j + 1]; p++) expect(quadratic.rowIndex[p]).toBeLessThanOrEqual(j);
  }
  for (const { index, offset, over } of cones) {
    expect(offset.length).toBe(index.length);
    for (const k of index) {
      const [low, high] = over === 'rows' ? [program.rowLower[k], program.rowUpper[k]] : [program.lower[k], program.upper[k]];
      expect([low, high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    }
  }
  expect(warnings.every((text) => text.length > 0 && text.length < 1500)).toBe(true);
}

/** A valid text with characters cut out, doubled, replaced or swapped. */
const mutationOf = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(Math.max(0, text.length - 1)),
        length: fc.nat(8),
        put: fc.oneof(
          fc.constantFrom(
            '',
            '\n',
            ' ',
            '[',
            ']',
            '^',
            '*',
            ':',
            '<=',
            '-',
            '+',
            'NaN',
            'Inf',
            '1e999',
            '0',
            '1e30',
            "'",
            '#',
            '\\',
            '@0:POW',
            '9',
          ),
          fc.string({ maxLength: 6, unit: 'binary' }),
          fc.nat(text.length - 1).map((from) => text.slice(from, from + 10)),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((edits) => edits.reduce((t, { at, length, put }) => t.slice(0, at) + put + t.slice(at + length), text));

/** What every programme format keeps. Call it inside a test file of the member. */
export function programFormatConformance(format: ProgramFormat, examples: ProgramExamples): void {
  const texts = examples.valid.map(({ text }) => text);
  describe(`programme format ${format.name}`, () => {
    it('detects its own examples, and no other', () => {
      for (const text of texts) expect(format.detects(text), text.slice(0, 60)).toBe(true);
      for (const text of ['', '\n', 'id,p_kW\n1,2\n', 'name\n1\n', '{}', 'gridflock: network/1\n', ...examples.foreign]) {
        expect(format.detects(text), text.slice(0, 40)).toBe(false);
      }
    });

    it.each(examples.valid)('reads: $title', ({ text }) => {
      const stated = format.read(text, { fileName });
      expect(Object.isFrozen(stated)).toBe(true);
      mustBeSound(stated);
      expect(format.read(text.replaceAll('\n', '\r\n'), { fileName }).program.rows).toEqual(stated.program.rows);
    });

    it.each(examples.valid.filter((each) => each.optimum !== undefined || each.status))(
      'solves: $title',
      async ({ text, optimum, status }) => {
        const { program, sense } = format.read(text, { fileName });
        const needs = { integer: program.integer !== undefined, quadratic: program.quadratic !== undefined };
        const able = examples.solvers.filter(({ takes }) => (!needs.integer || takes.integer) && (!needs.quadratic || takes.quadratic));
        expect(able.length).toBeGreaterThan(0);
        for (const solver of able) {
          const solution = (await solver.prepare()).solve(program);
          expect(solution.status).toBe(status ?? 'optimal');
          if (optimum === undefined) continue;
          const objective = (sense === 'maximise' ? -1 : 1) * objectiveOf(program, solution.x);
          expect(Math.abs(objective - optimum)).toBeLessThan(1e-6 * (1 + Math.abs(optimum)));
        }
      },
    );

    it.each(examples.broken.map(([text, code, line]) => ({ code, text, line })))(
      'refuses with $code in line $line',
      ({ text, code, line }) => {
        const error = readOrRefuse(format, text);
        expect(error).toBeInstanceOf(Error);
        expect((error as InputError).code, (error as InputError).message).toBe(code);
        expect((error as InputError).where).toBe(`example.txt:${line}`);
      },
    );

    it('refuses what is empty, cut off, binary or endless with a clear error, quickly', () => {
      const start = performance.now();
      const [text] = texts;
      const ugly = ['', ' \n', '\u0000\u0001\u0002', 'x'.repeat(5_000_000), `${text.slice(0, -5)}${'[1, '.repeat(500_000)}`];
      ugly.push(
        '['.repeat(900_000),
        '- '.repeat(400_000),
        `${text.slice(0, text.length / 2)}\n${'-'.repeat(400_000)}1`,
        'x\n'.repeat(100_000),
      );
      for (const bad of ugly) expect(readOrRefuse(format, bad)).toBeInstanceOf(Error);
      expect(performance.now() - start).toBeLessThan(10_000);
    });

    it('throws nothing but refusals, whatever the text', () => {
      fc.assert(
        fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
          format.detects(text);
          readOrRefuse(format, text);
        }),
        { numRuns: 200 },
      );
    });

    it.each(examples.valid)('survives edits: $title', ({ text }) => {
      fc.assert(
        fc.property(mutationOf(text), (mutant) => {
          const found = readOrRefuse(format, mutant);
          if (!(found instanceof Error) && found.program.cost.length < 10_000) mustBeSound(found);
        }),
        { numRuns: 300 },
      );
    });

    it('refuses or reads each beginning of its examples', () => {
      for (const text of texts)
        for (let end = 0; end < text.length; end += Math.max(1, Math.floor(text.length / 100))) readOrRefuse(format, text.slice(0, end));
    });
  });
}
