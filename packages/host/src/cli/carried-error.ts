import { BugError, CombinationError, InputError, NumericalError, StoppedError, TransportError } from '@gridflock/core';

/** An error on its way between threads, where classes are lost. */
export interface CarriedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly what?: string;
  readonly code?: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

export function carriedError(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  const { name, message, stack } = error;
  if (!('what' in error && 'code' in error)) return { name, message, stack };
  const { what, code, where, hint } = error as unknown as Required<CarriedError>;
  return { name, message, stack, what, code, where, hint };
}

const kinds = { InputError, CombinationError, NumericalError, TransportError, BugError, StoppedError } as const;

export function restoredError({ name, message, stack, what, code, where, hint }: CarriedError): Error {
  const restored =
    name in kinds && code !== undefined
      ? new kinds[name as keyof typeof kinds]({ code, message: what ?? message, where, hint })
      : new Error(message);
  if (stack !== undefined) restored.stack = stack;
  return restored;
}
