import { didYouMean, InputError } from '@gridflock/core';
import { type PublicKey, readPublicKey } from './public-key.ts';
import type { Plain, PlainMap } from './signed-document.ts';

/** Reads the fields of one map of a document one after the other, and finds those that nobody asked for. */
export class Fields {
  private readonly map: PlainMap;
  /** Path of the map in its document, with a dot at the end; empty at the top. */
  private readonly path: string;
  private readonly fileName: string;
  private readonly asked = new Set<string>();

  constructor(map: PlainMap, path: string, fileName: string) {
    this.map = map;
    this.path = path;
    this.fileName = fileName;
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID when it is there and no text */
  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    return typeof value === 'string' && value !== '' ? value : this.refuse(name, 'a text');
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID when it is there and no number of this range */
  number(name: string, low: number, high: number): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    return typeof value === 'number' && value >= low && value <= high ? value : this.refuse(name, `a number from ${low} to ${high}`);
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID when it is there and no list of texts */
  texts(name: string): readonly string[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const fits = Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
    return fits ? (value as readonly string[]) : this.refuse(name, 'a list of texts');
  }

  /** Milliseconds since 1970. @throws {InputError} IDENTITY_VALUE_INVALID when it is there and no instant */
  instant(name: string): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const fits = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value);
    const at_ms = fits ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at_ms) ? this.refuse(name, 'an instant such as 2026-11-28T00:00:00Z') : at_ms;
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID when it is there and no public key */
  key(name: string): PublicKey | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return readPublicKey(text) ?? this.refuse(name, 'a public key such as `gridflock keys show` prints: ed25519: and 43 letters');
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID when it is there and no map */
  fieldsOf(name: string): Fields | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (!isMap(value)) return this.refuse(name, 'a map');
    return new Fields(value, `${this.path}${name}.`, this.fileName);
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID when it is there and no list of maps */
  list(name: string): readonly Fields[] | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(isMap)) return this.refuse(name, 'a list of maps');
    return (value as readonly PlainMap[]).map((each, k) => new Fields(each, `${this.path}${name}[${k}].`, this.fileName));
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID */
  needed<T>(name: string, value: T | undefined): T {
    return value ?? this.refuse(name, 'a value');
  }

  /** @throws {InputError} IDENTITY_VALUE_INVALID */
  refuse(name: string, expected: string): never {
    const value = this.map[name];
    throw new InputError({
      code: 'IDENTITY_VALUE_INVALID',
      message: `"${this.path}${name}" ${value === undefined ? 'is missing' : 'is not understood'}: expected ${expected}`,
      where: this.fileName,
    });
  }

  /** @throws {InputError} IDENTITY_UNKNOWN_KEY */
  end(): void {
    for (const name of Object.keys(this.map)) {
      if (this.asked.has(name)) continue;
      throw new InputError({
        code: 'IDENTITY_UNKNOWN_KEY',
        message: `Nobody knows what "${this.path}${name.slice(0, 60)}" means`,
        where: this.fileName,
        hint: didYouMean(name, this.asked),
      });
    }
  }

  private take(name: string): Plain | undefined {
    this.asked.add(name);
    return Object.hasOwn(this.map, name) ? this.map[name] : undefined;
  }
}

/**
 * What every list of an operator begins with: its signature, under its name the version of its form, and its serial number, which is returned.
 * @throws {InputError} IDENTITY_VALUE_INVALID
 */
export function serialOf(fields: Fields, list: 'enrolment' | 'revocation'): number {
  fields.text('signature');
  if (fields.number(list, 1, 1) === undefined) fields.refuse(list, 'the version, 1');
  return fields.needed('serial', fields.number('serial', 0, Number.MAX_SAFE_INTEGER));
}

const isMap = (value: Plain): value is PlainMap => typeof value === 'object' && value !== null && !Array.isArray(value);
