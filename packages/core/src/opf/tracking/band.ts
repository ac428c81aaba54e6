import type { RegulatedFeeder, RegulatedStep, TrackingOptions } from './question.ts';
import { Regulator } from './regulator.ts';
import type { BandEdge, ReachableBand } from './result.ts';

/**
 * What the point of common coupling can reach on one step: least and largest active and reactive import over all set-points that keep
 * all limits, the other power left free. Four optimal power flows; local optima.
 * @throws {InputError} as `track`
 */
export function reachableBand(feeder: RegulatedFeeder, step: RegulatedStep, options: TrackingOptions = {}): ReachableBand {
  const regulator = new Regulator(feeder, step, options);
  try {
    const edge = (p: number, q: number): BandEdge => regulator.edge(step, { p, q }, undefined);
    return { pMin: edge(1, 0), pMax: edge(-1, 0), qMin: edge(0, 1), qMax: edge(0, -1) };
  } finally {
    regulator.release();
  }
}

/**
 * The furthest reachable import in each of `directions_count` directions, anticlockwise from the p axis: the corners of an inner polygon
 * where the reachable set is convex, and with the lines across the directions an outer one.
 * @throws {InputError} as `track`
 */
export function reachablePolygon(
  feeder: RegulatedFeeder,
  step: RegulatedStep,
  directions_count: number,
  options: TrackingOptions = {},
): readonly BandEdge[] {
  const regulator = new Regulator(feeder, step, options);
  try {
    return Array.from({ length: directions_count }, (_, k) => {
      const angle = (2 * Math.PI * k) / directions_count;
      return regulator.edge(step, { p: -Math.cos(angle), q: -Math.sin(angle) }, undefined);
    });
  } finally {
    regulator.release();
  }
}
