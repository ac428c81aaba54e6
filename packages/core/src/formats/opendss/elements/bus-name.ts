import { type Place, quoted, refusal } from '../script/place.ts';

export interface BusName {
  readonly bus: string;
  /** Conductors named after the bus, possibly fewer than the element has. */
  readonly nodes: readonly number[];
}

/** Conductors of open ends. The writer names star points from 951 on. */
export const openEnds = { first: 900, last: 949 } as const;
const nodeMax = 999;

const isNode = (node: number): boolean => Number.isInteger(node) && node >= 0 && node <= nodeMax;

/** `b1.1.2.3.0`: a bus, and which of its conductors. @throws {InputError} OPENDSS_BUS */
export function busNameOf(text: string, at: Place): BusName {
  const [bus, ...rest] = text.toLowerCase().split('.');
  const nodes = rest.filter((word) => word !== '').map(Number);
  if (bus !== '' && nodes.every(isNode)) return { bus, nodes };
  throw refusal('OPENDSS_BUS', `${quoted(text)} is no bus`, at, `Write bus.1.2.3: a name, and conductors from 0 (earth) to ${nodeMax}.`);
}

/** The conductors of a terminal: as named, and as usual for those that are not. */
export function conductorsOf({ nodes }: BusName, usual: readonly number[]): number[] {
  return usual.map((node, k) => nodes[k] ?? node);
}

/** 1 … n. */
export const phasesUpTo = (n: number): number[] => Array.from({ length: n }, (_, k) => k + 1);
