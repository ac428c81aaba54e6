/** Elements of a list that are made one at a time, as the text is written: a year of a feeder does not fit twice. */
export interface Rows<T> extends Iterable<T> {
  readonly count: number;
}

export function rowsOf<T>(count: number, make: (k: number) => T): Rows<T> {
  return {
    count,
    *[Symbol.iterator]() {
      for (let k = 0; k < count; k++) yield make(k);
    },
  };
}

/**
 * JSON that a person can read and a tool can compare line by line: one line for each entry of the document, and one for
 * each element of a list of objects. In pieces, because a year of a large feeder is longer than a string may be.
 */
export function* jsonPieces(document: object): Generator<string> {
  const entries = Object.entries(document).filter(([, value]) => value !== undefined);
  yield '{';
  for (const [k, [name, value]] of entries.entries()) {
    yield `${k === 0 ? '' : ','}\n  ${JSON.stringify(name)}: `;
    if (isList(value)) {
      let first = true;
      yield '[';
      for (const element of value) {
        yield `${first ? '' : ','}\n    ${JSON.stringify(element)}`;
        first = false;
      }
      yield first ? ']' : '\n  ]';
    } else {
      yield JSON.stringify(value) ?? 'null';
    }
  }
  yield entries.length === 0 ? '}\n' : '\n}\n';
}

export const jsonText = (document: object): string => [...jsonPieces(document)].join('');

function isList(value: unknown): value is Iterable<object> {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return false;
  return !Array.isArray(value) || (value.length > 0 && value.every((each) => typeof each === 'object' && each !== null));
}
