import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { Case } from '../network/network.ts';
import type { NetworkFormat } from './contract.ts';

export interface FormatExamples {
  /** Short texts in this format that can be read. */
  readonly valid: readonly string[];
  /** Texts in other formats. */
  readonly foreign: readonly string[];
  /** Broken texts, with the code that each must give. */
  readonly broken: readonly (readonly [text: string, code: string])[];
}

const fileName = 'example.txt';

/** Reads, and checks that nothing but a well-formed InputError is thrown. */
function readOrRefuse(format: NetworkFormat, text: string): Case | InputError {
  try {
    return format.read(text, { fileName });
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { code, where, hint } = error as InputError;
    expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/);
    expect(where, (error as InputError).message).toBeTruthy();
    expect(hint, (error as InputError).message).toBeTruthy();
    expect((error as InputError).message.length).toBeLessThan(1500);
    return error as InputError;
  }
}

/** A valid text with characters cut out, doubled, replaced or swapped. */
const mutationOf = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(Math.max(0, text.length - 1)),
        length: fc.nat(12),
        put: fc.oneof(
          fc.constantFrom(
            '',
            '\n',
            ']',
            '[',
            '}',
            "'",
            '"',
            ',',
            ';',
            '-',
            'NaN',
            'Inf',
            '1e999',
            '0',
            ':',
            '%',
            '...',
            '\t',
            '*a',
            '&a',
            '.',
          ),
          fc.string({ maxLength: 6, unit: 'binary' }),
          fc.nat(text.length - 1).map((from) => text.slice(from, from + 10)),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((edits) => edits.reduce((t, { at, length, put }) => t.slice(0, at) + put + t.slice(at + length), text));

/** What every network format keeps. Call it inside a test file of the member. */
export function formatConformance(format: NetworkFormat, examples: FormatExamples): void {
  describe(`format ${format.name}`, () => {
    it('detects its own examples, and no other', () => {
      for (const text of examples.valid) expect(format.detects(text)).toBe(true);
      for (const text of ['', '\n', 'id,p_kW\n1,2\n', '{}', '<xml/>', ...examples.foreign]) {
        expect(format.detects(text), text.slice(0, 40)).toBe(false);
      }
    });

    it('reads its examples into frozen networks', () => {
      for (const text of examples.valid) {
        const { network, operatingPoint } = format.read(text, { fileName });
        expect(Object.isFrozen(network)).toBe(true);
        expect(operatingPoint.p_kW.length).toBe(network.buses.length);
        expect(operatingPoint.v_start_pu.every((v) => v > 0)).toBe(true);
        expect(operatingPoint.slacks.length).toBeGreaterThan(0);
      }
    });

    it.each(examples.broken.map(([text, code]) => ({ code, text })))('refuses with $code', ({ text, code }) => {
      const error = readOrRefuse(format, text);
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).code, (error as InputError).message).toBe(code);
    });

    it('refuses what is empty, cut off, binary or endless with a clear error, quickly', () => {
      const start = performance.now();
      const [text] = examples.valid;
      const ugly = ['', ' \n', '\u0000\u0001\u0002', 'x'.repeat(5_000_000), `${text.slice(0, -3)}${'[1, '.repeat(1_250_000)}`];
      ugly.push('['.repeat(900_000), '{'.repeat(300_000), '('.repeat(300_000), '- '.repeat(400_000), `${text}\n${'-'.repeat(400_000)}1`);
      for (const bad of ugly) expect(readOrRefuse(format, bad)).toBeInstanceOf(InputError);
      expect(performance.now() - start).toBeLessThan(10_000);
    });

    it('writes what it can read back without change', () => {
      if (format.write === undefined) return;
      for (const text of examples.valid) {
        const first = format.read(text, { fileName });
        const { text: written, losses } = format.write(first);
        expect(losses).toEqual([]);
        const second = format.read(written, { fileName });
        expect(second.feeder).toEqual(first.feeder);
        expect(second.network).toEqual(first.network);
        expect(second.operatingPoint).toEqual(first.operatingPoint);
        expect(format.write(second).text).toBe(written);
        expect(format.detects(written)).toBe(true);
      }
    });

    it('throws nothing but InputError, whatever the text', () => {
      fc.assert(
        fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => {
          format.detects(text);
          readOrRefuse(format, text);
        }),
        { numRuns: 200 },
      );
    });

    it.each(examples.valid.map((text, k) => ({ k, text })))('survives edits of example $k', ({ text }) => {
      fc.assert(
        fc.property(mutationOf(text), (mutant) => {
          readOrRefuse(format, mutant);
        }),
        { numRuns: 400 },
      );
    });

    it('refuses or reads each beginning of its first example', () => {
      const [text] = examples.valid;
      for (let end = 0; end < text.length; end += Math.max(1, Math.floor(text.length / 150))) {
        readOrRefuse(format, text.slice(0, end));
      }
    });
  });
}
