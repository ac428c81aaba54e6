import { expect, it } from 'vitest';
import { clusterDistance, electricalDistances, partitionDistance } from './electrical-distance.ts';

// S^VP and S^VQ of three buses; the first holds its voltage.
const coupling = {
  buses_count: 3,
  active_pu_per_kW: Float64Array.of(0, 0, 0, 0, 1, 1, 0, 1, 10),
  reactive_pu_per_kvar: Float64Array.of(0, 0, 0, 0, 2, 2, 0, 2, 200),
};

it('adds the logarithms of both couplings, power at j and voltage at i', () => {
  const dd = electricalDistances(coupling, [1, 2]);
  // dd_12 = lg(200/2) + lg(10/1) = 3: bus 2 feels nothing of the far end; dd_21 = lg(2/2) + lg(1/1) = 0
  expect([dd[4], dd[5], dd[7], dd[8]]).toEqual([0, 3, 0, 0]);
  expect(dd[0]).toBeNaN();
  expect(electricalDistances(coupling, [1, 2], 'active')[5]).toBe(1);
  expect(electricalDistances(coupling, [1, 2], 'reactive')[5]).toBe(2);
});

it('takes means over pairs with the diagonal, and then over clusters as asked', () => {
  const dd = Float64Array.of(0, 2, 9, 4, 0, 9, 9, 9, 0);
  expect(clusterDistance(dd, 3, [0, 1])).toBe(6 / 4);
  const partition = { labels: Int32Array.of(0, 0, 1), clusters_count: 2 };
  expect(partitionDistance(dd, partition)).toBe(0.75);
  expect(partitionDistance(dd, partition, 'size-weighted')).toBe(1);
  expect(partitionDistance(dd, partition, 'largest')).toBe(1.5);
});

it('refuses a bus whose voltage is held', () => {
  expect(() => electricalDistances(coupling, [0, 1])).toThrow(/PARTITION_DISTANCE_UNDEFINED/);
});
