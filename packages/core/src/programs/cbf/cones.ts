import { didYouMean } from '../../base/errors.ts';
import type { ConeKind } from '../contract.ts';
import { shown } from '../source.ts';
import type { CbfCards } from './cards.ts';

/** A piece of VAR or CON: so many scalars from `start` in one cone. */
export interface Domain {
  readonly start: number;
  readonly size: number;
  /** `free`, `=`, `+` and `-` are bounds. */
  readonly kind: ConeKind | 'free' | '=' | '+' | '-';
  readonly weights: Float64Array | undefined;
  readonly line: number;
}

const kinds: ReadonlyMap<string, Domain['kind']> = new Map<string, Domain['kind']>([
  ['F', 'free'],
  ['L=', '='],
  ['L+', '+'],
  ['L-', '-'],
  ['Q', 'second-order'],
  ['QR', 'rotated-second-order'],
  ['EXP', 'exponential'],
  ['EXP*', 'dual-exponential'],
  ['POW', 'power'],
  ['POW*', 'dual-power'],
  ['GMEANABS', 'geometric-mean'],
  ['GMEANABS*', 'dual-geometric-mean'],
  ['SVECPSD', 'scaled-positive-semidefinite'],
]);

/** More scalars than this, or rows, are refused before memory is asked for. */
export const sizeMax_count = 5_000_000;

/** Weights of the power cones by their number, as POWCONES and POW*CONES list them. */
export interface PowerLists {
  readonly primal: Float64Array[];
  readonly dual: Float64Array[];
}

/** `size pieces`, then `cone size` for each piece. */
export function readDomains(cards: CbfCards, what: string, powers: PowerLists): { readonly size: number; readonly domains: Domain[] } {
  const head = cards.take(2, `the size of ${what} and the number of its cones`);
  const size = cards.whole(head[0], `size of ${what}`, 0, sizeMax_count);
  const count = cards.whole(head[1], `number of cones of ${what}`, 0, sizeMax_count);
  const domains: Domain[] = [];
  let start = 0;
  for (let k = 0; k < count; k++) {
    const [word, length] = cards.take(2, `cone ${k + 1} of ${count} of ${what}`);
    const domain = readDomain(cards, word, cards.whole(length, 'dimension of the cone', 0, size - start), start, powers);
    domains.push(domain);
    start += domain.size;
  }
  if (start === size) return { size, domains };
  throw cards.syntax(`The cones of ${what} have ${start} dimensions together, expected ${size}`, 'Correct the size or the cones.');
}

function readDomain(cards: CbfCards, word: string, size: number, start: number, powers: PowerLists): Domain {
  const { line } = cards;
  const numbered = /^@(\d{1,9}):(POW\*?)$/.exec(word);
  const name = numbered?.[2] ?? word;
  const kind = kinds.get(name);
  if (kind === undefined || (numbered === null) === name.startsWith('POW')) {
    const hint = didYouMean(word, kinds.keys()) ?? 'A power cone is named by its number in POWCONES: @0:POW.';
    throw cards.syntax(`The cone ${shown(word)} is not known`, hint);
  }
  const weights = numbered === null ? undefined : (name === 'POW' ? powers.primal : powers.dual)[Number(numbered[1])];
  if (numbered !== null && weights === undefined) {
    throw cards.syntax(
      `The power cone ${shown(word)} is not listed`,
      `List its weights in ${name === 'POW' ? 'POWCONES' : 'POW*CONES'} before.`,
    );
  }
  const fits =
    kind === 'exponential' || kind === 'dual-exponential'
      ? size === 3
      : kind === 'rotated-second-order' || kind === 'geometric-mean' || kind === 'dual-geometric-mean'
        ? size >= 2
        : kind === 'scaled-positive-semidefinite'
          ? Number.isInteger((Math.sqrt(8 * size + 1) - 1) / 2)
          : size >= (weights?.length ?? 0);
  if (!fits) throw cards.syntax(`A cone ${shown(word)} cannot have ${size} dimensions`, 'Correct its dimension, or the cone.');
  // a second-order cone of one dimension is a bound
  return { start, size, kind: kind === 'second-order' && size === 1 ? '+' : kind, weights, line };
}

/** `cones elements`, then for each cone its length and its weights, one a line. */
export function readPowers(cards: CbfCards): Float64Array[] {
  const head = cards.take(2, 'the number of power cones and of their weights');
  const count = cards.whole(head[0], 'number of power cones', 0, sizeMax_count);
  const total = cards.whole(head[1], 'number of weights', 0, sizeMax_count);
  const lists: Float64Array[] = [];
  let left = total;
  for (let k = 0; k < count; k++) {
    const length = cards.whole(cards.take(1, `the length of power cone ${k}`)[0], 'length of the power cone', 1, Math.max(1, left));
    const weights: number[] = [];
    for (let j = 0; j < length; j++) {
      const weight = cards.number(cards.take(1, `weight ${j + 1} of power cone ${k}`)[0], 'weight');
      if (!(weight > 0)) throw cards.syntax(`A weight of a power cone must be positive, got ${weight}`, 'Correct the weight.');
      weights.push(weight);
    }
    lists.push(Float64Array.from(weights));
    left -= length;
  }
  return lists;
}
