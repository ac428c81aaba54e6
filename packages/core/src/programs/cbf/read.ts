import { didYouMean } from '../../base/errors.ts';
import { stateProgram, Triplets } from '../assembly.ts';
import type { StatedCone, StatedProgram } from '../contract.ts';
import { type ProgramText, shown } from '../source.ts';
import { CbfCards } from './cards.ts';
import { type Domain, readDomains, readPowers, sizeMax_count } from './cones.ts';

/** Matrices by their order; `start` is the first scalar of each, lower triangle column by column. */
interface Matrices {
  readonly orders: readonly number[];
  readonly starts: readonly number[];
  readonly line: number;
}

const none: Matrices = { orders: [], starts: [], line: 0 };
const orderMax_count = 3000;

/** Reads a CBF file: blocks in any order, each size before it is used. */
export class CbfReading {
  private readonly cards: CbfCards;
  private maximise = false;
  private offset = 0;
  private columns: readonly Domain[] = [];
  private rows: readonly Domain[] = [];
  private columns_count = 0;
  private rows_count = 0;
  private readonly powers: { primal: Float64Array[]; dual: Float64Array[] } = { primal: [], dual: [] };
  private variables = none;
  private constraints = none;
  private whole: number[] = [];
  private readonly cost = new Map<number, number>();
  private readonly entries = new Triplets();
  private readonly constants = new Map<number, number>();
  private readonly seen = new Set<string>();
  private readonly blocks = new Set<string>();
  private readonly warnings: string[] = [];

  constructor(source: ProgramText) {
    this.cards = new CbfCards(source);
  }

  read(): StatedProgram {
    const { cards } = this;
    for (let words = cards.words(); words !== undefined; words = cards.words()) {
      const block = words.join(' ');
      if (block === 'CHANGE') {
        this.warnings.push(`The file holds several programmes: only the first is read (line ${cards.line})`);
        break;
      }
      if (this.blocks.size === 0 && block !== 'VER')
        throw cards.syntax(`A CBF file begins with VER, got ${shown(block)}`, 'Check the format.');
      const read = Object.hasOwn(this.readers, block) ? this.readers[block] : undefined;
      if (read === undefined) {
        const hint = didYouMean(block, Object.keys(this.readers)) ?? 'Check the count of the block before.';
        throw cards.syntax(`There is no block ${shown(block)} in CBF`, hint);
      }
      if (this.blocks.has(block)) throw cards.twice(cards.line, `The block ${block} stands twice`);
      this.blocks.add(block);
      read();
    }
    if (this.blocks.size < 2) cards.take(1, 'a block after the version');
    return this.finish();
  }

  private readonly readers: Readonly<Record<string, () => void>> = {
    VER: () => void this.cards.whole(this.cards.take(1, 'the version')[0], 'version of CBF', 1, 4),
    OBJSENSE: () => {
      const [sense] = this.cards.take(1, 'MIN or MAX');
      if (sense !== 'MIN' && sense !== 'MAX') throw this.cards.syntax(`OBJSENSE must be MIN or MAX, got ${shown(sense)}`, 'Correct it.');
      this.maximise = sense === 'MAX';
    },
    POWCONES: () => this.powers.primal.push(...readPowers(this.cards)),
    'POW*CONES': () => this.powers.dual.push(...readPowers(this.cards)),
    VAR: () => {
      ({ size: this.columns_count, domains: this.columns } = readDomains(this.cards, 'VAR', this.powers));
    },
    CON: () => {
      ({ size: this.rows_count, domains: this.rows } = readDomains(this.cards, 'CON', this.powers));
    },
    PSDVAR: () => {
      this.variables = this.readMatrices('PSDVAR');
    },
    PSDCON: () => {
      this.constraints = this.readMatrices('PSDCON');
    },
    INT: () => this.each('INT', 1, ([j]) => void this.whole.push(this.column(j))),
    OBJBCOORD: () => {
      this.offset = this.cards.number(this.cards.take(1, 'the constant of the objective')[0], 'constant of the objective');
    },
    OBJACOORD: () => this.each('OBJACOORD', 2, ([j, v]) => this.addCost(this.column(j), this.cards.number(v, 'cost'))),
    OBJFCOORD: () =>
      this.each('OBJFCOORD', 4, ([j, k, l, v]) => {
        const { at, factor } = this.element(this.variables, j, k, l, 'PSDVAR');
        this.addCost(this.columns_count + at, factor * this.cards.number(v, 'cost'));
      }),
    ACOORD: () => this.each('ACOORD', 3, ([i, j, v]) => this.addEntry(this.row(i), this.column(j), v, 1)),
    FCOORD: () =>
      this.each('FCOORD', 5, ([i, j, k, l, v]) => {
        const { at, factor } = this.element(this.variables, j, k, l, 'PSDVAR');
        this.addEntry(this.row(i), this.columns_count + at, v, factor);
      }),
    BCOORD: () => this.each('BCOORD', 2, ([i, v]) => this.addConstant(this.row(i), v)),
    HCOORD: () =>
      this.each('HCOORD', 5, ([i, j, k, l, v]) => {
        const { at } = this.element(this.constraints, i, k, l, 'PSDCON');
        this.addEntry(this.rows_count + at, this.column(j), v, 1);
      }),
    DCOORD: () =>
      this.each('DCOORD', 4, ([i, k, l, v]) => {
        this.addConstant(this.rows_count + this.element(this.constraints, i, k, l, 'PSDCON').at, v);
      }),
  };

  /** A count, then so many lines of so many words, none of which may name the same place twice. */
  private each(block: string, words: number, take: (words: readonly string[]) => void): void {
    const { cards } = this;
    const count = cards.whole(cards.take(1, `the number of lines of ${block}`)[0], `number of lines of ${block}`, 0, 50_000_000);
    for (let k = 0; k < count; k++) take(cards.take(words, `line ${k + 1} of ${count} of ${block}`));
  }

  private readMatrices(block: string): Matrices {
    const { cards } = this;
    const { line } = cards;
    const count = cards.whole(cards.take(1, `the number of matrices of ${block}`)[0], `number of matrices of ${block}`, 0, sizeMax_count);
    const orders: number[] = [];
    const starts = [0];
    for (let k = 0; k < count; k++) {
      const order = cards.whole(cards.take(1, `the order of matrix ${k} of ${block}`)[0], 'order of a matrix', 1, orderMax_count);
      orders.push(order);
      starts.push(cards.whole(String(starts[k] + (order * (order + 1)) / 2), `number of elements of ${block}`, 0, sizeMax_count));
    }
    return { orders, starts, line };
  }

  /** The scalar of element (k, l) of matrix j. Off the diagonal it stands for two. */
  private element(
    { orders, starts }: Matrices,
    j: string,
    k: string,
    l: string,
    block: string,
  ): { readonly at: number; readonly factor: number } {
    const { cards } = this;
    const matrix = cards.whole(j, `number of a matrix of ${block}`, 0, orders.length - 1);
    const order = orders[matrix];
    const [a, b] = [cards.whole(k, 'row of a matrix', 0, order - 1), cards.whole(l, 'column of a matrix', 0, order - 1)];
    const [row, column] = [Math.max(a, b), Math.min(a, b)];
    return { at: starts[matrix] + column * order - (column * (column - 1)) / 2 + row - column, factor: row === column ? 1 : 2 };
  }

  private column(word: string): number {
    return this.cards.whole(word, 'number of a variable', 0, this.columns_count - 1);
  }

  private row(word: string): number {
    return this.cards.whole(word, 'number of a constraint', 0, this.rows_count - 1);
  }

  private addCost(j: number, value: number): void {
    if (this.cost.has(j)) throw this.cards.twice(this.cards.line, `The cost of ${this.columnName(j)} is given twice`);
    this.cost.set(j, value);
  }

  private addConstant(i: number, word: string): void {
    if (this.constants.has(i)) throw this.cards.twice(this.cards.line, `The constant of ${this.rowName(i)} is given twice`);
    this.constants.set(i, this.cards.number(word, 'constant'));
  }

  private addEntry(i: number, j: number, word: string, factor: number): void {
    const place = `${i} ${j}`;
    if (this.seen.has(place)) {
      throw this.cards.twice(this.cards.line, `The coefficient of ${this.columnName(j)} in ${this.rowName(i)} is given twice`);
    }
    this.seen.add(place);
    this.entries.add(i, j, factor * this.cards.number(word, 'coefficient'));
  }

  private readonly columnName = (j: number): string =>
    j < this.columns_count ? `x${j}` : matrixName('X', this.variables, j - this.columns_count);
  private readonly rowName = (i: number): string =>
    i < this.rows_count ? `con${i}` : matrixName('C', this.constraints, i - this.rows_count);

  private finish(): StatedProgram {
    const { columns, rows, variables, constraints, columns_count, rows_count, columnName, rowName } = this;
    const n = columns_count + (variables.starts.at(-1) ?? 0);
    const m = rows_count + (constraints.starts.at(-1) ?? 0);
    const constants = Float64Array.from({ length: m }, (_, i) => this.constants.get(i) ?? 0);
    const lower = limitsOf(columns, n, 'lower');
    const upper = limitsOf(columns, n, 'upper');
    // A·x + b in the cone: the constant goes to the other side
    const rowLower = limitsOf(rows, m, 'lower').map((value, i) => value - constants[i]);
    const rowUpper = limitsOf(rows, m, 'upper').map((value, i) => value - constants[i]);
    const cones = [
      ...conesOf(columns, 'columns', new Float64Array(n)),
      ...conesOf(matrixDomains(variables, columns_count), 'columns', new Float64Array(n)),
      ...conesOf(rows, 'rows', constants),
      ...conesOf(matrixDomains(constraints, rows_count), 'rows', constants),
    ];
    const whole = new Uint8Array(n);
    for (const j of this.whole) whole[j] = 1;
    return stateProgram({
      name: '',
      maximise: this.maximise,
      cost: Float64Array.from({ length: n }, (_, j) => this.cost.get(j) ?? 0),
      offset: this.offset,
      lower,
      upper,
      whole,
      rowLower,
      rowUpper,
      entries: this.entries,
      quadratic: new Triplets(),
      cones,
      warnings: this.warnings,
      columnName,
      rowName,
      columnLine: (j) => lineOf(columns, j) ?? variables.line,
      rowLine: (i) => lineOf(rows, i) ?? constraints.line,
    });
  }
}

function limitsOf(domains: readonly Domain[], size: number, side: 'lower' | 'upper'): Float64Array {
  const limits = new Float64Array(size).fill(side === 'lower' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
  for (const { start, size: length, kind } of domains) {
    if (kind === '=' || kind === (side === 'lower' ? '+' : '-')) limits.fill(0, start, start + length);
  }
  return limits;
}

const conesOf = (domains: readonly Domain[], over: StatedCone['over'], offsets: Float64Array): StatedCone[] =>
  domains.flatMap(({ start, size, kind, weights, line }) => {
    if (kind === 'free' || kind === '=' || kind === '+' || kind === '-' || size === 0) return [];
    const index = Int32Array.from({ length: size }, (_, k) => start + k);
    return [{ kind, over, index, offset: offsets.slice(start, start + size), weights, line }];
  });

const matrixDomains = ({ orders, starts, line }: Matrices, first: number): Domain[] =>
  orders.map((order, k) => ({
    start: first + starts[k],
    size: (order * (order + 1)) / 2,
    kind: 'positive-semidefinite',
    weights: undefined,
    line,
  }));

/** `X2[3,1]` */
function matrixName(letter: string, { orders, starts }: Matrices, at: number): string {
  let k = 0;
  while (k + 1 < orders.length && starts[k + 1] <= at) k++;
  let rest = at - starts[k];
  let column = 0;
  for (let length = orders[k]; rest >= length; length--) {
    rest -= length;
    column++;
  }
  return `${letter}${k}[${column + rest},${column}]`;
}

function lineOf(domains: readonly Domain[], k: number): number | undefined {
  return domains.find(({ start, size }) => k >= start && k < start + size)?.line;
}
