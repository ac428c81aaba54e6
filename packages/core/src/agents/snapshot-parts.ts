import type { Snapshot } from './role.ts';

/** A snapshot as a part of a larger one: its names begin with that of the part and a dot. */
export const asPart = (part: string, snapshot: Snapshot | undefined): Snapshot =>
  Object.fromEntries(Object.entries(snapshot ?? {}).map(([name, value]) => [`${part}.${name}`, value]));

/** The part again; undefined when there is nothing of it. */
export function partOf(part: string, snapshot: Snapshot): Snapshot | undefined {
  const own = Object.entries(snapshot).filter(([name]) => name.startsWith(`${part}.`));
  return own.length === 0 ? undefined : Object.fromEntries(own.map(([name, value]) => [name.slice(part.length + 1), value]));
}
