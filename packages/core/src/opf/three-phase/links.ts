import { type ComplexMatrix, complexMatrix } from '../../linalg/complex-dense.ts';
import { type ElementInPhases, keyOf, type Place, type Rating } from './element-in-phases.ts';

/** Everything that couples the same buses, as one element. */
export interface Link {
  readonly ids: readonly string[];
  readonly places: readonly Place[];
  readonly y: ComplexMatrix;
  /** Each over the places of its own element. */
  readonly ratings: readonly (Rating & { readonly places: readonly Place[] })[];
}

/** Sorts elements into what couples buses, parallel ones added, and what stands at one bus. Places where an element does nothing are left out. */
export function linksOf(elements: readonly ElementInPhases[]): { links: Link[]; shunts: { places: readonly Place[]; y: ComplexMatrix }[] } {
  const byBuses = new Map<string, ElementInPhases[]>();
  const shunts: { places: readonly Place[]; y: ComplexMatrix }[] = [];
  for (const element of elements) {
    const live = withoutIdlePlaces(element);
    const buses = [...new Set(live.places.map(({ bus }) => bus))].sort((a, b) => a - b);
    if (couplesBuses(live)) {
      const key = buses.join(' ');
      byBuses.set(key, [...(byBuses.get(key) ?? []), live]);
      continue;
    }
    for (const bus of buses) {
      const own = [...live.places.keys()].filter((k) => live.places[k].bus === bus);
      shunts.push({ places: own.map((k) => live.places[k]), y: placedOn(live.y, own) });
    }
  }
  return { links: [...byBuses.values()].map(parallel), shunts };
}

/** Rows and columns of these positions; a position of −1 gives zeros. */
export function placedOn(y: ComplexMatrix, columns: readonly number[], rows: readonly number[] = columns): ComplexMatrix {
  const out = complexMatrix(rows.length, columns.length);
  rows.forEach((from, i) => {
    columns.forEach((at, j) => {
      if (from < 0 || at < 0) return;
      out.re[i * columns.length + j] = y.re[from * y.cols + at];
      out.im[i * columns.length + j] = y.im[from * y.cols + at];
    });
  });
  return out;
}

const isSomething = (y: ComplexMatrix, i: number, j: number): boolean => y.re[i * y.cols + j] !== 0 || y.im[i * y.cols + j] !== 0;

function withoutIdlePlaces(element: ElementInPhases): ElementInPhases {
  const { places, y, ratings } = element;
  const kept = [...places.keys()].filter((i) => places.some((_, j) => isSomething(y, i, j) || isSomething(y, j, i)));
  if (kept.length === places.length) return element;
  return {
    ...element,
    places: kept.map((k) => places[k]),
    y: placedOn(y, kept),
    ratings: ratings
      .filter(({ at }) => kept.some((k) => keyOf(places[k]) === keyOf(at)))
      .map((each) => ({ ...each, y: placedOn(each.y, kept, [0]) })),
  };
}

const couplesBuses = ({ places, y }: ElementInPhases): boolean =>
  places.some((a, i) => places.some((b, j) => a.bus !== b.bus && isSomething(y, i, j)));

function parallel(elements: readonly ElementInPhases[]): Link {
  const places: Place[] = [];
  const positions = elements.map((element) =>
    element.places.map((place) => {
      const known = places.findIndex((each) => keyOf(each) === keyOf(place));
      return known >= 0 ? known : places.push(place) - 1;
    }),
  );
  const n = places.length;
  const y = complexMatrix(n);
  elements.forEach((element, e) => {
    positions[e].forEach((row, i) => {
      positions[e].forEach((col, j) => {
        y.re[row * n + col] += element.y.re[i * element.y.cols + j];
        y.im[row * n + col] += element.y.im[i * element.y.cols + j];
      });
    });
  });
  const ratings = elements.flatMap((element) => element.ratings.map((rating) => ({ ...rating, places: element.places })));
  return { ids: elements.map(({ id }) => id), places, y, ratings };
}
