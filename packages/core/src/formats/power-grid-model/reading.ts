import { didYouMean, InputError } from '../../base/errors.ts';
import type { FeederParts } from '../../network/feeder/feeder-parts.ts';
import type { Dropped } from '../../network/network.ts';
import { idOf, numberOf, type Row } from './dataset.ts';

type ShuntPart = NonNullable<FeederParts['shunts']>[number];

export interface Node {
  readonly bus: string;
  readonly u_rated_V: number;
}

/** What the readers of all components share: the nodes, and where they say what they could not carry over. */
export class Reading {
  readonly dropped: Dropped[] = [];
  /** Shunts that other components become. */
  readonly shunts: ShuntPart[] = [];
  private readonly nodes: ReadonlyMap<string, Node>;

  constructor(nodes: readonly Row[]) {
    this.nodes = new Map(nodes.map((row) => [idOf(row), { bus: idOf(row), u_rated_V: numberOf(row, 'u_rated') }]));
  }

  /** @throws {InputError} PGM_UNKNOWN_ID */
  node(row: Row, attribute: string): Node {
    const id = idOf(row, attribute);
    const node = this.nodes.get(id);
    if (node !== undefined) return node;
    throw new InputError({
      code: 'PGM_UNKNOWN_ID',
      message: `"${attribute}" names node ${id}, which does not exist`,
      where: row.where,
      hint: didYouMean(id, this.nodes.keys()) ?? 'Add the node, or correct the id.',
    });
  }

  addShunt(shunt: ShuntPart): void {
    this.shunts.push(shunt);
  }

  drop(element: string, row: Row, reason: string): void {
    this.dropped.push({ element, where: row.where, reason });
  }

  /** Read, but not as it is meant. */
  approximated(element: string, row: Row, how: string): void {
    this.dropped.push({ element, where: row.where, reason: `approximated: ${how}` });
  }
}
