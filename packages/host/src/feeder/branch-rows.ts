import type { Conductor, EndFlows, Feeder, Terminal, Transformer, Winding } from '@gridflock/core';

/** What flows at one conductor of one end of an element, + from the bus into the element. */
export interface ConductorFlow {
  readonly conductor: Conductor;
  readonly p_kW: number;
  readonly q_kvar: number;
  readonly i_A: number;
}

/** One wire of a branch: what flows into it at both ends. A side is undefined where the wire does not end there. */
export interface BranchRow {
  readonly kind: 'line' | 'switch' | 'transformer';
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly conductor: Conductor;
  readonly head: ConductorFlow | undefined;
  readonly tail: ConductorFlow | undefined;
  /** The larger of the currents at both ends over what they may be; undefined without a rating. */
  readonly loading_frac: number | undefined;
}

/** The branches of a result, a row per wire; made one at a time. */
export function* branchRows(feeder: Feeder, flows: BranchFlows): Generator<BranchRow> {
  for (const [k, line] of feeder.lines.entries()) yield* wires('line', line, flows.lines[k]);
  for (const [k, each] of feeder.switches.entries()) yield* wires('switch', each, flows.switches[k]);
  for (const [k, transformer] of feeder.transformers.entries()) yield* transformerRows(transformer, flows.transformers[k]);
}

export interface BranchFlows {
  readonly lines: readonly EndFlows[];
  readonly switches: readonly EndFlows[];
  readonly transformers: readonly EndFlows[];
}

interface Wires {
  readonly id: string;
  readonly from: Terminal;
  readonly to: Terminal;
  readonly i_max_A?: number | undefined;
}

function* wires(kind: 'line' | 'switch', { id, from, to, i_max_A }: Wires, flows: EndFlows | undefined): Generator<BranchRow> {
  for (const [k, conductor] of from.conductors.entries()) {
    if (conductor === 0) continue;
    const head = flowAt(flows, 0, k, conductor);
    const tail = flowAt(flows, 1, k, to.conductors[k] ?? conductor);
    const i_A = Math.max(head.i_A, tail.i_A);
    const loading_frac = i_max_A === undefined || i_max_A <= 0 ? undefined : i_A / i_max_A;
    yield { kind, id, from: from.bus, to: to.bus, conductor, head, tail, loading_frac };
  }
}

function flowAt(flows: EndFlows | undefined, end: number, k: number, conductor: Conductor): ConductorFlow {
  const at = flows?.ends[end];
  const i_A = Math.hypot(at?.i_re_A[k] ?? Number.NaN, at?.i_im_A[k] ?? Number.NaN);
  return { conductor, p_kW: at?.p_kW[k] ?? Number.NaN, q_kvar: at?.q_kvar[k] ?? Number.NaN, i_A };
}

/**
 * From winding 1 to each other bus, a row per conductor; windings at one bus count together (split phase). Powers of winding 1 stand in the rows to
 * the first other bus only, so that sums over rows count them once.
 */
function* transformerRows(transformer: Transformer, flows: EndFlows | undefined): Generator<BranchRow> {
  const { id, windings } = transformer;
  const first = windings[0];
  if (first === undefined) return;
  const others = [...new Set(windings.slice(1).map((each) => each.terminal.bus))];
  for (const [nth, bus] of (others.length === 0 ? [first.terminal.bus] : others).entries()) {
    const head = nth === 0 ? gathered(transformer, flows, first.terminal.bus, [0]) : [];
    const there = windings.flatMap((each, w) => (w > 0 && each.terminal.bus === bus ? [w] : []));
    const tail = gathered(transformer, flows, bus, there);
    const conductors = [...new Set([...head, ...tail].map((each) => each.conductor))].sort((a, b) => a - b);
    for (const conductor of conductors) {
      const sides = [head, tail].map((side) => side.find((each) => each.conductor === conductor));
      const loadings = sides.flatMap((side) => side?.loading_frac ?? []);
      const loading_frac = loadings.length === 0 ? undefined : Math.max(...loadings);
      yield { kind: 'transformer', id, from: first.terminal.bus, to: bus, conductor, head: sides[0], tail: sides[1], loading_frac };
    }
  }
}

type LoadedFlow = ConductorFlow & { readonly loading_frac: number };

/** Currents of some windings at one bus, those of one conductor added. */
function gathered(
  { windings, cores_count }: Transformer,
  flows: EndFlows | undefined,
  bus: number,
  which: readonly number[],
): LoadedFlow[] {
  const found = new Map<Conductor, { re: number; im: number; p_kW: number; q_kvar: number; rated_A: number }>();
  for (const w of which) {
    const winding = windings[w];
    const at = flows?.ends[w];
    if (winding === undefined || at === undefined || winding.terminal.bus !== bus) continue;
    for (const [k, conductor] of winding.terminal.conductors.entries()) {
      if (conductor === 0) continue;
      const sum = found.get(conductor) ?? { re: 0, im: 0, p_kW: 0, q_kvar: 0, rated_A: 0 };
      found.set(conductor, sum);
      sum.re += at.i_re_A[k] ?? Number.NaN;
      sum.im += at.i_im_A[k] ?? Number.NaN;
      sum.p_kW += at.p_kW[k] ?? Number.NaN;
      sum.q_kvar += at.q_kvar[k] ?? Number.NaN;
      sum.rated_A += lineCurrent_A(winding, cores_count);
    }
  }
  return [...found].map(([conductor, { re, im, p_kW, q_kvar, rated_A }]) => {
    const i_A = Math.hypot(re, im);
    return { conductor, p_kW, q_kvar, i_A, loading_frac: i_A / rated_A };
  });
}

/**
 * Current of one conductor at rated power: s/(n·u) through a coil of voltage u, √3 times that where two coils of a delta meet.
 * @returns ampere
 */
export function lineCurrent_A({ connection, v_rated_kV, s_rated_kVA }: Winding, cores_count: number): number {
  const acrossCoil = connection === 'coils' || connection === 'delta' || cores_count === 1;
  const v_coil_kV = acrossCoil ? v_rated_kV : v_rated_kV / Math.sqrt(3);
  const i_coil_A = s_rated_kVA / cores_count / v_coil_kV;
  return connection === 'delta' && cores_count > 1 ? Math.sqrt(3) * i_coil_A : i_coil_A;
}

/** Power of a whole element at its first end, + from the network into it. */
export function powerInto(flows: EndFlows | undefined): { readonly p_kW: number; readonly q_kvar: number } {
  const at = flows?.ends[0];
  if (at === undefined) return { p_kW: Number.NaN, q_kvar: Number.NaN };
  return { p_kW: at.p_kW.reduce((a, b) => a + b, 0), q_kvar: at.q_kvar.reduce((a, b) => a + b, 0) };
}

const letters = ['0', 'a', 'b', 'c', 'n'] as const;

/** a, b, c, n; other conductors by their number. */
export const phaseName = (conductor: Conductor): string => letters[conductor] ?? String(conductor);
