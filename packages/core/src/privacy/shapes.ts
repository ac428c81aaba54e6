import type { Message } from '../agents/role.ts';

/** What the fields of a kind hold: a whole number that is not negative, or so many of them, or any number of them. */
export type Shapes = Readonly<Record<string, Readonly<Record<string, 'count' | 'counts' | number>>>>;

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** Why a message does not fit the shape of its kind; undefined when it does. Veils send whole numbers and nothing else. */
export function faultOf({ kind, body }: Message, shapes: Shapes): string | undefined {
  const shape = shapes[kind];
  const names = Object.keys(shape);
  if (Object.keys(body).length !== names.length) return 'wrong fields';
  for (const name of names) {
    if (!Object.hasOwn(body, name)) return 'wrong fields';
    const sort = shape[name];
    const value = body[name];
    if (sort === 'count') {
      if (!isCount(value)) return 'wrong sort of value';
      continue;
    }
    if (!(value instanceof Float64Array)) return 'wrong sort of value';
    if (sort !== 'counts' && value.length !== sort) return 'wrong length';
    if (!value.every(isCount)) return 'out of range';
  }
  return undefined;
}
