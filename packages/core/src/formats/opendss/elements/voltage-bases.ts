import type { Transformer } from '../../../network/feeder/feeder.ts';
import type { FeederDraft } from './draft.ts';

/** A place: bus and conductor in one number. */
const placeOf = (bus: number, conductor: number): number => bus * 1000 + conductor;
const busOf = (place: number): number => Math.floor(place / 1000);

interface Coil {
  readonly from: number;
  readonly to: number;
  /** Rated, across the coil. */
  readonly v_kV: number;
}

/**
 * Nominal voltage of every bus: from the sources along lines unchanged, through transformers by the ratio of their coils, then the nearest of
 * `Set voltagebases` where one is near. What nothing reaches takes the rating of a transformer there, else that of the source.
 *
 * @param nominal_kV - phase-to-earth voltage at the sources, by bus
 */
export function assignVoltageBases(draft: FeederDraft, nominal_kV: ReadonlyMap<number, number>, listed_kV: readonly number[]): void {
  const voltages = new Map<number, number>();
  const queue: number[] = [];
  const learn = (place: number, v_kV: number): void => {
    if (place % 1000 === 0 || voltages.has(place) || !(v_kV > 0) || !Number.isFinite(v_kV)) return;
    voltages.set(place, v_kV);
    queue.push(busOf(place));
  };
  const known = (place: number): number | undefined => (place % 1000 === 0 ? 0 : voltages.get(place));
  const steps = stepsByBus(draft, known, learn);
  const settle = (): void => {
    for (let bus = queue.pop(); bus !== undefined; bus = queue.pop()) for (const step of steps[bus]) step();
  };
  for (const { terminal } of draft.sources) {
    for (const conductor of terminal.conductors) learn(placeOf(terminal.bus, conductor), nominal_kV.get(terminal.bus) ?? 1);
  }
  settle();
  for (const transformer of draft.transformers) {
    for (const coils of coresOf(transformer)) {
      if (coils.some(({ from, to }) => known(from) !== undefined && from % 1000 !== 0 && known(to) !== undefined)) continue;
      for (const { from, to, v_kV } of coils) learn(from, to % 1000 === 0 ? v_kV : v_kV / Math.sqrt(3));
      settle();
    }
  }
  const [usual = 1] = nominal_kV.values();
  const lowest = new Map<number, number>();
  for (const place of [...voltages.keys()].sort((a, b) => a - b))
    if (!lowest.has(busOf(place))) lowest.set(busOf(place), voltages.get(place)!);
  draft.buses.forEach((bus, b) => {
    bus.v_base_kV = draft.script.circuit.bases_kV.get(bus.id) ?? nearest((lowest.get(b) ?? usual) * Math.sqrt(3), listed_kV);
  });
}

/** The listed voltage that is nearest by ratio, if within a fifth. */
function nearest(v_kV: number, listed_kV: readonly number[]): number {
  let best = v_kV;
  let off = Math.log(1.2);
  for (const listed of listed_kV) {
    if (!(listed > 0) || Math.abs(Math.log(listed / v_kV)) >= off) continue;
    off = Math.abs(Math.log(listed / v_kV));
    best = listed;
  }
  return best === v_kV ? Number(v_kV.toPrecision(12)) : best;
}

/** What to do when something is learnt at a bus. */
function stepsByBus(
  draft: FeederDraft,
  known: (place: number) => number | undefined,
  learn: (place: number, v_kV: number) => void,
): (() => void)[][] {
  const steps: (() => void)[][] = draft.buses.map(() => []);
  const join = (a: number, b: number): void => {
    const step = (): void => {
      const [va, vb] = [known(a), known(b)];
      if (va !== undefined && vb === undefined) learn(b, va);
      if (vb !== undefined && va === undefined) learn(a, vb);
    };
    steps[busOf(a)].push(step);
    steps[busOf(b)].push(step);
  };
  for (const { from, to } of [...draft.lines, ...draft.switches]) {
    from.conductors.forEach((c, k) => {
      if (c !== 0 && to.conductors[k] !== 0) join(placeOf(from.bus, c), placeOf(to.bus, to.conductors[k]));
    });
  }
  for (const transformer of draft.transformers) {
    for (const coils of coresOf(transformer)) {
      const step = (): void => learnCore(coils, known, learn);
      for (const bus of new Set(coils.flatMap(({ from, to }) => [busOf(from), busOf(to)]))) steps[bus].push(step);
    }
  }
  return steps;
}

/** Coils on one core have voltages in the ratio of their ratings: one that is known makes all of them known. */
function learnCore(
  coils: readonly Coil[],
  known: (place: number) => number | undefined,
  learn: (place: number, v_kV: number) => void,
): void {
  let perRated: number | undefined;
  for (const { from, to, v_kV } of coils) {
    const [a, b] = [known(from), known(to)];
    if (a === undefined || b === undefined || (a === 0 && b === 0)) continue;
    // to earth, or between two phases; a tap of an autotransformer lies between the two
    perRated ??=
      (a === 0 || b === 0 ? Math.max(a, b) : Math.abs(a - b) > 0.05 * Math.max(a, b) ? Math.abs(a - b) : a * Math.sqrt(3)) / v_kV;
  }
  perRated ??= ofSeries(coils, known);
  if (perRated === undefined) return;
  for (const { from, to, v_kV } of coils) {
    const u = v_kV * perRated;
    if (to % 1000 === 0 || known(to) === 0) learn(from, u);
    else if (from % 1000 === 0) learn(to, u);
    else if (known(to) === undefined && known(from) === undefined) {
      learn(from, u / Math.sqrt(3));
      learn(to, u / Math.sqrt(3));
    }
  }
}

/** Two coils one after the other down to earth, as an autotransformer has: the upper end is known, the middle is not. */
function ofSeries(coils: readonly Coil[], known: (place: number) => number | undefined): number | undefined {
  for (const upper of coils) {
    const top = known(upper.from);
    if (top === undefined || top === 0 || known(upper.to) !== undefined) continue;
    const lower = coils.find(({ from, to }) => from === upper.to && to % 1000 === 0);
    if (lower !== undefined) return top / (upper.v_kV + lower.v_kV);
  }
  return undefined;
}

/** The coils of each core. A star point that is not earth counts as earth. */
function coresOf({ windings, cores_count }: Transformer): Coil[][] {
  return Array.from({ length: cores_count }, (_, core) =>
    windings.map(({ connection, terminal, v_rated_kV }): Coil => {
      const { bus, conductors } = terminal;
      if (connection === 'coils')
        return { from: placeOf(bus, conductors[2 * core]), to: placeOf(bus, conductors[2 * core + 1]), v_kV: v_rated_kV };
      if (connection === 'delta') {
        return { from: placeOf(bus, conductors[core]), to: placeOf(bus, conductors[(core + 1) % conductors.length]), v_kV: v_rated_kV };
      }
      return { from: placeOf(bus, conductors[core]), to: placeOf(bus, 0), v_kV: v_rated_kV / Math.sqrt(3) };
    }),
  );
}
