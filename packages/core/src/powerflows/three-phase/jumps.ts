import { factorIn, type Injections, segmentOf } from './injections.ts';
import type { LawTable } from './voltage-law.ts';

/** Jumps of c below this are rounding. */
const JUMP_MIN = 1e-9;

/** Elements whose law jumps at one of its limits of voltage. */
export function jumpingElements({ list }: Injections): number[] {
  return list.flatMap(({ pLaw, qLaw }, e) => (jumps(pLaw) || jumps(qLaw) ? [e] : []));
}

function jumps(law: LawTable): boolean {
  return law.bounds.some((bound, s) => {
    if (!(bound > 0 && bound < Number.POSITIVE_INFINITY) || (s === 0 && bound === law.bounds[1])) return false;
    return Math.abs(factorIn(law, s + 1, bound) - factorIn(law, s, bound)) > JUMP_MIN;
  });
}

/**
 * Elements whose laws jump, each kept on one segment while the wires are solved, until all are on the segment that their voltage says.
 *
 * Without this an iteration may go to and fro across a jump although a solution lies on one side of it. As the segments are finitely many and the solution
 * depends on them alone, a choice that comes back comes back for ever: then those that changed since have no voltage that fits either side.
 */
export class JumpingLaws {
  private readonly injections: Injections;
  private readonly elements: readonly number[];
  private readonly seen = new Map<string, number>();
  private readonly changed: number[][] = [];

  constructor(injections: Injections, elements: readonly number[]) {
    this.injections = injections;
    this.elements = elements;
  }

  /** Holds every jumping element on the segment of its voltage. @returns elements that changed */
  hold(u: Float64Array): number[] {
    const { injections, elements } = this;
    return elements.filter((e) => {
      const s = segmentOf(injections.list[e].pLaw, injections.voltageOf(e, u));
      if (injections.heldSegment[e] === s) return false;
      injections.heldSegment[e] = s;
      return true;
    });
  }

  /** Notes that these changed. @returns the elements that go to and fro for ever, or none yet */
  note(changed: readonly number[]): readonly number[] {
    const key = this.elements.map((e) => this.injections.heldSegment[e]).join('');
    const before = this.seen.get(key);
    this.changed.push([...changed]);
    if (before !== undefined) return [...new Set(this.changed.slice(before + 1).flat())];
    this.seen.set(key, this.changed.length - 1);
    return [];
  }

  release(): void {
    this.injections.heldSegment.fill(-1);
  }
}
