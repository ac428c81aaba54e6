import type { Message } from './role.ts';

/**
 * What a field holds: a finite number, a number that may be Infinity, a text; any number of finite doubles or exactly so many; a count, any
 * number of them, or exactly so many.
 */
type Sort = 'number' | 'bound' | 'text' | 'doubles' | number | 'count' | 'counts' | { readonly counts: number };

/** By kind of message, the fields of its body. */
export type Shapes = Readonly<Record<string, Readonly<Record<string, Sort>>>>;

/** A whole number that is not negative, and exact. */
export const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Why a message does not fit the shape of its kind; undefined when it does. Whoever uses a body has asked this first. */
export function faultOf({ kind, body }: Message, shapes: Shapes): string | undefined {
  const shape = Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (shape === undefined) return 'unknown kind';
  const names = Object.keys(shape);
  if (Object.keys(body).length !== names.length) return 'wrong fields';
  for (const name of names) {
    if (!Object.hasOwn(body, name)) return 'wrong fields';
    const fault = faultIn(body[name], shape[name]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function faultIn(value: Message['body'][string], sort: Sort): string | undefined {
  if (sort === 'text') return typeof value === 'string' ? undefined : 'wrong sort of value';
  if (sort === 'number' || sort === 'bound' || sort === 'count') {
    if (typeof value !== 'number') return 'wrong sort of value';
    if (sort === 'count') return isCount(value) ? undefined : 'wrong sort of value';
    return Number.isFinite(value) || (sort === 'bound' && value === Number.POSITIVE_INFINITY) ? undefined : 'not finite';
  }
  if (!(value instanceof Float64Array)) return 'wrong sort of value';
  const length = typeof sort === 'object' ? sort.counts : sort;
  if (typeof length === 'number' && value.length !== length) return 'wrong length';
  if (sort === 'counts' || typeof sort === 'object') return value.every(isCount) ? undefined : 'out of range';
  for (const each of value) if (!Number.isFinite(each)) return 'not finite';
  return undefined;
}
