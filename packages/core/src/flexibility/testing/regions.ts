import fc from 'fast-check';
import type { HalfPlane, PowerPoint, PowerRegion } from '../region.ts';
import { buildRegion } from '../shape.ts';

const whole = (low: number, high: number) => fc.integer({ min: low, max: high });

/** Regions as devices have them: inverters with and without a power factor, boxes, segments at a power factor, points. */
export const anyRegion: fc.Arbitrary<PowerRegion> = fc.oneof(
  fc.tuple(whole(1, 200), whole(-100, 100), whole(-100, 100), fc.constantFrom(0, 0.5, 0.8, 0.95)).map(([s, x, y, pf]): PowerRegion => {
    const ends = [x, y].map((share) => (share / 100) * s).sort((a, b) => a - b);
    if (pf === 0) return buildRegion([], s, ends[0], ends[1]);
    const slope = Math.tan(Math.acos(pf));
    const wedge: HalfPlane[] = [
      { a: -slope, b: 1, c_kVA: 0 },
      { a: -slope, b: -1, c_kVA: 0 },
    ];
    return buildRegion(wedge, s, 0, Math.abs(ends[1]));
  }),
  fc.tuple(whole(-100, 0), whole(0, 100), whole(-100, 0), whole(0, 100)).map(([p0, p1, q0, q1]) =>
    buildRegion(
      [
        { a: 0, b: 1, c_kVA: q1 },
        { a: 0, b: -1, c_kVA: -q0 },
      ],
      Number.POSITIVE_INFINITY,
      p0,
      p1,
    ),
  ),
  fc.tuple(whole(-100, 0), whole(0, 50), fc.constantFrom(-0.5, 0, 0.3286841051788632)).map(([from, length, slope]) =>
    buildRegion(
      [
        { a: -slope, b: 1, c_kVA: 0 },
        { a: slope, b: -1, c_kVA: 0 },
      ],
      Number.POSITIVE_INFINITY,
      from,
      from + length,
    ),
  ),
);

export const anyPoint: fc.Arbitrary<PowerPoint> = fc
  .tuple(whole(-3000, 3000), whole(-3000, 3000))
  .map(([p, q]) => ({ p_kW: p / 10, q_kvar: q / 10 }));

export const anyAngle: fc.Arbitrary<number> = whole(0, 3600).map((k) => (k * Math.PI) / 1800);
