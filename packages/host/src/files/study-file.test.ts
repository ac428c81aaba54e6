import { InputError } from '@gridflock/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStudyFile, stepsOf } from './study-file.ts';

const text = `# a comment
study: negotiate
devices:
  - { id: a, kind: pv }
  - id: b
    kind: battery
    p_max_kW: 5
"odd key": 1
`;

describe('a study file', () => {
  it('knows the line of a path, or of the nearest thing above it', () => {
    const { document, lineAt } = readStudyFile(text, 's.yaml');
    expect(document['study']).toBe('negotiate');
    expect(lineAt('study')).toBe(2);
    expect(lineAt('devices[0].kind')).toBe(4);
    expect(lineAt('devices[1] "b".p_max_kW')).toBe(7);
    expect(lineAt('devices[1].nothing')).toBe(5);
    expect(lineAt('odd key')).toBe(8);
    expect(lineAt('nothing.at.all')).toBeUndefined();
  });

  it('splits paths', () => {
    expect(stepsOf('devices[2] "pv 1.x".p_max_kW')).toEqual(['devices', 2, 'p_max_kW']);
  });

  it.each([
    ['a: [1\nb: 2', 'STUDY_SYNTAX', /s\.yaml:[12]/],
    ['a: 1\na: 2', 'STUDY_SYNTAX', /s\.yaml:2/],
    ['a: !thing 1', 'STUDY_SYNTAX', /s\.yaml:1/],
    ['a: 1\n---\nb: 2', 'STUDY_SYNTAX', /s\.yaml/],
    ['', 'STUDY_EMPTY', /s\.yaml/],
    ['just words', 'STUDY_NOT_A_STUDY', /s\.yaml/],
    ['function mpc = x\n', 'STUDY_NOT_A_STUDY', /s\.yaml/],
    ['gridflock: network/1\n', 'STUDY_NOT_A_STUDY', /s\.yaml/],
  ])('%j: %s', (content, code, where) => {
    try {
      readStudyFile(content, 's.yaml');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).code).toBe(code);
      expect((error as InputError).where).toMatch(where);
    }
  });

  it('takes any text without any other error (property)', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: fc.constantFrom(...' \n-:[]{}&*!#"\'ab1\t|>%') }), (content) => {
        try {
          readStudyFile(content, 's.yaml');
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
