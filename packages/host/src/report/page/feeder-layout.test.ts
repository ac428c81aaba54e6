import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LayoutEdge, layOutFeeder } from './feeder-layout.ts';

const chain = (...buses: number[]): LayoutEdge[] => buses.slice(1).map((to, k) => ({ from: buses[k]!, to, inService: true }));
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, k) => from + k);

test('the 33-bus feeder: trunk in the middle, laterals above and below, nothing crosses', () => {
  const edges = [
    ...chain(...range(0, 17)),
    ...chain(1, ...range(18, 21)),
    ...chain(2, ...range(22, 24)),
    ...chain(5, ...range(25, 32)),
    { from: 7, to: 20, inService: false },
  ];
  const layout = layOutFeeder(33, edges, 0);
  expect(range(0, 17).every((b) => layout.places[b]!.lane === 0 && layout.places[b]!.column === b)).toBe(true);
  expect([layout.laneMin, layout.laneMax]).toEqual([-1, 1]);
  expect(layout.places[18]).toMatchObject({ lane: -1, column: 1, aside: false });
  expect(layout.places[22]).toMatchObject({ lane: 1, column: 2 });
  expect(layout.places[25]).toMatchObject({ lane: -1, column: 5 });
  expect(layout.inTree.at(-1)).toBe(false);
});

test('two laterals of one bus on one side: the second goes aside', () => {
  const edges = [...chain(0, 1, 2, 3, 4, 5), ...chain(1, 6), ...chain(1, 7), ...chain(1, 8)];
  const { places } = layOutFeeder(9, edges, 0);
  expect([6, 7, 8].map((b) => places[b]!.aside)).toEqual([false, false, true]);
});

test('any tree: every bus has a place of its own, and children follow their parents', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 80 }), (seeds) => {
      const edges = seeds.map((seed, k): LayoutEdge => ({ from: seed % (k + 1), to: k + 1, inService: true }));
      const { places, parents, columns, laneMin, laneMax } = layOutFeeder(seeds.length + 1, edges, 0);
      const taken = new Set(places.map(({ column, lane }) => `${column} ${lane}`));
      expect(taken.size).toBe(places.length);
      places.forEach((place, b) => {
        expect(place.supplied).toBe(true);
        expect(place.column).toBeLessThan(columns);
        expect(place.lane).toBeGreaterThanOrEqual(laneMin);
        expect(place.lane).toBeLessThanOrEqual(laneMax);
        const parent = places[parents[b]!];
        if (!parent) return;
        const along = place.column - parent.column;
        if (place.lane === parent.lane || place.aside) expect(along).toBe(1);
        else expect(along).toBe(0);
        // no bus of another lateral sits on a straight riser
        if (along === 0) {
          const [low, high] = [Math.min(place.lane, parent.lane), Math.max(place.lane, parent.lane)];
          for (let lane = low + 1; lane < high; lane++) expect(taken.has(`${place.column} ${lane}`)).toBe(false);
        }
      });
    }),
  );
});

test('loops, islands, unknown ends and an empty feeder do not break it', () => {
  const ring = [...chain(0, 1, 2, 3), { from: 3, to: 0, inService: true }];
  expect(layOutFeeder(4, ring, 0).inTree.filter(Boolean)).toHaveLength(3);
  const islands = layOutFeeder(6, [...chain(0, 1), { from: -1, to: 2, inService: true }, { from: 4, to: 5, inService: false }], 0);
  expect(islands.places.filter(({ supplied }) => !supplied)).toHaveLength(4);
  expect(layOutFeeder(0, [], 0).columns).toBe(1);
  expect(layOutFeeder(1, [], 0).places).toHaveLength(1);
});
