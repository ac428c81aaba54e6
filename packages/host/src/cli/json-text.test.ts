import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText, rowsOf } from './json-text.ts';

describe('JSON text', () => {
  it('puts one element of a list of objects on a line', () => {
    expect(jsonText({ a: 1, none: undefined, list: [{ x: 1 }, { x: 2 }], numbers: [1, 2], empty: [] })).toBe(
      '{\n  "a": 1,\n  "list": [\n    {"x":1},\n    {"x":2}\n  ],\n  "numbers": [1,2],\n  "empty": []\n}\n',
    );
    expect(jsonText({})).toBe('{}\n');
  });

  it('writes rows that are made on the way, twice the same', () => {
    const document = { rows: rowsOf(3, (k) => ({ k })), none: rowsOf(0, () => ({})) };
    expect(JSON.parse(jsonText(document))).toEqual({ rows: [{ k: 0 }, { k: 1 }, { k: 2 }], none: [] });
    expect(jsonText(document)).toBe(jsonText(document));
  });

  it('means the same as JSON.stringify (property)', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (document) => {
        expect(JSON.parse(jsonText(document))).toEqual(JSON.parse(JSON.stringify(document)));
      }),
    );
  });
});
