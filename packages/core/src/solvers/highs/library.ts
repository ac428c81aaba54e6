import type { Highs } from 'highs';
import { NumericalError } from '../../base/errors.ts';

export const NAME = 'highs';

let loading: Promise<Highs> | undefined;
let current: Highs | undefined;
let dead: Highs | undefined;

/** The library, loaded once per thread. */
export function loadLibrary(): Promise<Highs> {
  loading ??= import('highs')
    .then((found) => {
      // The package declares CommonJS types for its ES module, so the compiler sees one `default` too many.
      const start = found.default as unknown as typeof found.default.default;
      return start();
    })
    .then((library) => (current = library));
  return loading;
}

/** The library that was loaded last: a fresh one soon after one has died. */
export const currentLibrary = (loaded: Highs): Highs => current ?? loaded;

/** After a fault inside WebAssembly an instance cannot be trusted any more: a fresh one is loaded for solves to come. */
export function abandon(library: Highs): void {
  if (dead === library) return;
  dead = library;
  loading = undefined;
  void loadLibrary().catch(() => {});
}

export const isFault = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'RuntimeError' || error.name === 'RangeError');

/** Runs one operation and turns what HiGHS throws into an error of ours, without its minified source line. */
export function guarded<T>(library: Highs, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw readable(library, error);
  }
}

export function readable(library: Highs, error: unknown): unknown {
  const text = error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200);
  if (error instanceof library.errors.HighsError) {
    return new NumericalError({
      message: `HiGHS refused the program: ${text}`,
      code: 'SOLVER_HIGHS_FAILED',
      where: `solver ${NAME}`,
      hint: 'Look for coefficients beyond 1e15, or choose the solver interior-point.',
    });
  }
  if (isFault(error)) {
    abandon(library);
    return new NumericalError({
      message: `HiGHS stopped in mid-calculation: ${text}`,
      code: 'SOLVER_OUT_OF_MEMORY',
      where: `solver ${NAME}`,
      hint: 'Its memory ends at 2 GiB, about 3 million coefficients: split the problem, for example by a scheme.',
    });
  }
  return error;
}
