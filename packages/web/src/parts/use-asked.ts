import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask, type Problem, problemOf } from '../api.ts';

/** What the service said to a question: nothing yet, the answer, or a problem. */
export interface Asked<T> {
  readonly value: T | undefined;
  readonly problem: Problem | undefined;
  /** Asks again. */
  readonly again: () => void;
}

/** Asks when the view appears, and again when the path changes; an answer to an older question counts no more. */
export function useAsked<T>(path: string | undefined): Asked<T> {
  const [said, setSaid] = useState<{ path?: string | undefined; value?: T; problem?: Problem }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (path === undefined) return undefined;
    let isCurrent = true;
    ask<T>('GET', path).then(
      (value) => isCurrent && setSaid({ path, value }),
      (error: unknown) => isCurrent && setSaid({ path, problem: problemOf(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [path, round]);
  const again = useCallback(() => setRound((count) => count + 1), []);
  const isAnswer = said.path === path;
  return { value: isAnswer ? said.value : undefined, problem: isAnswer ? said.problem : undefined, again };
}
