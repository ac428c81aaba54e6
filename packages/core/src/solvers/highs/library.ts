import type { Highs } from 'highs';
import { NumericalError } from '../../base/errors.ts';

export const NAME = 'highs';

let loading: Promise<Highs> | undefined;

/** The library, loaded once per thread. */
export function loadLibrary(): Promise<Highs> {
  loading ??= import('highs').then((found) => {
    // The package declares CommonJS types for its ES module, so the compiler sees one `default` too many.
    const start = found.default as unknown as typeof found.default.default;
    return start();
  });
  return loading;
}

/** Runs one operation and turns what HiGHS throws into an error of ours, without its minified source line. */
export function guarded<T>(library: Highs, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    throw readable(library, error);
  }
}

export function readable(library: Highs, error: unknown): unknown {
  const name = error instanceof Error ? error.name : '';
  const text = error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200);
  if (error instanceof library.errors.HighsError) {
    return new NumericalError({
      message: `HiGHS refused the program: ${text}`,
      code: 'SOLVER_HIGHS_FAILED',
      where: `solver ${NAME}`,
      hint: 'Look for coefficients beyond 1e15, or choose the solver interior-point.',
    });
  }
  if (name === 'RuntimeError' || name === 'RangeError') {
    loading = undefined; // The WebAssembly instance cannot be trusted any more.
    return new NumericalError({
      message: `HiGHS stopped in mid-calculation: ${text}`,
      code: 'SOLVER_OUT_OF_MEMORY',
      where: `solver ${NAME}`,
      hint: 'Its memory ends at 2 GiB, about 3 million coefficients: split the problem, for example by a scheme.',
    });
  }
  return error;
}
