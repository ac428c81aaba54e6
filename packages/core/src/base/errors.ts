/**
 * Every error that gridflock raises on purpose.
 *
 * Message grammar: *what is wrong: expected, got; where; what to do*. `code` is stable and documented in docs/errors.md.
 * Infeasible, unbounded and not converged are Results, never errors.
 */
export interface ErrorFacts {
  /** What is wrong, in one sentence that ends without a full stop. */
  readonly message: string;
  /** Stable, upper-case: `NETWORK_UNKNOWN_BUS`. */
  readonly code: string;
  /** file:line, element id or JSON path. */
  readonly where?: string | undefined;
  /** What the reader can do about it, as a full sentence. */
  readonly hint?: string | undefined;
}

/** The base of the kinds below; throw one of them, never this. */
export class GridflockError extends Error {
  readonly code: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;
  /** The sentence without place, cure and code. */
  readonly what: string;

  constructor(facts: ErrorFacts) {
    const where = facts.where ? ` (${facts.where})` : '';
    const hint = facts.hint ? ` ${facts.hint}` : '';
    super(`${facts.message}${where}.${hint} [${facts.code}]`);
    this.name = new.target.name;
    this.what = facts.message;
    this.code = facts.code;
    this.where = facts.where;
    this.hint = facts.hint;
  }
}

/** The user's data is wrong. Exit status 2. */
export class InputError extends GridflockError {}
/** Each choice is fine, together they do not fit. Exit status 3. */
export class CombinationError extends GridflockError {}
/** Arithmetic failed: singular matrix, not a number. Exit status 4. */
export class NumericalError extends GridflockError {}
/** A message could not be carried. Exit status 5. */
export class TransportError extends GridflockError {}
/** Our fault; asks for a report. Exit status 70. */
export class BugError extends GridflockError {}
/** The user asked to stop (Ctrl-C, abort signal). Exit status 130. */
export class StoppedError extends GridflockError {}

/** Exit status of the command line for an error; anything that is not ours is a bug (70). */
export function exitStatusOf(error: unknown): number {
  if (error instanceof InputError) return 2;
  if (error instanceof CombinationError) return 3;
  if (error instanceof NumericalError) return 4;
  if (error instanceof TransportError) return 5;
  if (error instanceof StoppedError) return 130;
  return 70;
}

/** Edit distance with transpositions (optimal string alignment), case-insensitive. */
function distance(a: string, b: string): number {
  const s = a.toLowerCase();
  const t = b.toLowerCase();
  let before: number[] = [];
  let previous = Array.from({ length: t.length + 1 }, (_, j) => j);
  for (let i = 1; i <= s.length; i++) {
    const row = [i];
    for (let j = 1; j <= t.length; j++) {
      const same = s[i - 1] === t[j - 1] ? 0 : 1;
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + same);
      if (i > 1 && j > 1 && s[i - 1] === t[j - 2] && s[i - 2] === t[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[t.length]!;
}

/** The known name nearest to `wrong`, if any is near enough to be a slip of the hand. */
export function nearestName(wrong: string, known: Iterable<string>): string | undefined {
  if (wrong.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wrong.length * 0.4)) + 1;
  for (const name of known) {
    const d = distance(wrong, name);
    if (d < bestDistance) {
      bestDistance = d;
      best = name;
    }
  }
  return best;
}

/** `Did you mean "x"?`, or the list of what is known when it is short, or nothing. */
export function didYouMean(wrong: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const near = nearestName(wrong, names);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (names.length > 0 && names.length <= 30) return `Known: ${names.join(', ')}.`;
  return undefined;
}
