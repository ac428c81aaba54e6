import type { FrontOptions, Objectives, Point, Question } from './contract.ts';

/** What questions are answered with, one after the other; those without an answer give none. */
export function answersTo<Plan>(
  objectives: Objectives<Plan>,
  questions: Iterable<Question>,
  { shouldStop }: Pick<FrontOptions, 'shouldStop'>,
): Point<Plan>[] {
  const points: Point<Plan>[] = [];
  for (const question of questions) {
    if (shouldStop?.()) break;
    const point = objectives.solve(question);
    if (point) points.push(point);
  }
  return points;
}

/** The places between 0 and 1 that `count` even points have beside both ends. */
export function evenShares(count: number): number[] {
  return Array.from({ length: Math.max(0, count - 2) }, (_, k) => (k + 1) / (count - 1));
}
