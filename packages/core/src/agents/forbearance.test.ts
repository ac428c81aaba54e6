import { describe, expect, it } from 'vitest';
import { Forbearance } from './forbearance.ts';

/** Repetitions that are borne with in one question, while signs of life come after every so many. */
function borne_count(forbearance: Forbearance, signEvery_count: number): number {
  let count = 0;
  while (count < 10_000 && forbearance.bears(0)) if (++count % signEvery_count === 0) forbearance.hear(0);
  return count;
}

describe('who is waited for', () => {
  it('without a word: g repetitions, wherever it stands in a chain', () => {
    for (const links_count of [0, 1, 4]) {
      const forbearance = new Forbearance(1, 5);
      forbearance.ask(links_count);
      expect(borne_count(forbearance, 10_000)).toBe(5);
    }
  });

  it('with signs of life: longer, and for longer link by link', () => {
    for (const links_count of [0, 1, 4]) {
      const forbearance = new Forbearance(1, 5);
      forbearance.ask(links_count);
      expect(borne_count(forbearance, 3)).toBe((2 + links_count) * 5);
    }
  });

  it('and silent again after a sign of life: g repetitions from there', () => {
    const forbearance = new Forbearance(1, 5);
    forbearance.ask(4);
    for (let n = 0; n < 3; n++) expect(forbearance.bears(0)).toBe(true);
    forbearance.hear(0);
    expect(borne_count(forbearance, 10_000)).toBe(5);
  });

  it('and lives on signs of life: 12 g repetitions beyond g in all, then as if it had said nothing', () => {
    const forbearance = new Forbearance(1, 5);
    let beyond_count = 0;
    for (let question = 0; question < 20; question++) {
      forbearance.ask(4);
      beyond_count += Math.max(0, borne_count(forbearance, 1) - 5);
    }
    expect(beyond_count).toBe(12 * 5);
    forbearance.ask(4);
    expect(borne_count(forbearance, 1)).toBe(5);
  });

  it('and answers: one more repetition for each answer', () => {
    const forbearance = new Forbearance(1, 5);
    for (let question = 0; question < 20; question++) {
      forbearance.ask(4);
      borne_count(forbearance, 1);
    }
    forbearance.answer(0);
    forbearance.ask(4);
    expect(borne_count(forbearance, 1)).toBe(6);
  });

  it('without end where nobody is given up', () => {
    const forbearance = new Forbearance(1, 0);
    forbearance.ask(0);
    expect(borne_count(forbearance, 10_000)).toBe(10_000);
  });
});
