import { BugError, exitStatusOf } from '@gridflock/core';
import { clipped, harmless, type Style } from './text.ts';

/** What is said about an error, whatever it is. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly hint: string | null;
  readonly status: number;
  /** Only for GRIDFLOCK_DEBUG=1. */
  readonly stack: string | undefined;
}

const report =
  'This is a fault of gridflock, not of your input. Please report it with the command and its input; GRIDFLOCK_DEBUG=1 shows where it arose.';
const lengthMax = 2_000;

/** What every error of core carries beside its message. */
interface Facts {
  readonly what: string;
  readonly code: string;
  readonly where: string | undefined;
  readonly hint: string | undefined;
}

const isOurs = (error: unknown): error is Error & Facts =>
  error instanceof Error && 'what' in error && 'hint' in error && 'code' in error && typeof error.code === 'string';

export function failureOf(error: unknown): Failure {
  const stack = error instanceof Error ? error.stack : undefined;
  if (isOurs(error)) {
    return {
      code: error.code,
      message: clipped(error.what, lengthMax),
      where: error.where === undefined ? null : clipped(error.where, lengthMax),
      hint: error instanceof BugError ? [error.hint, report].filter(Boolean).join(' ') : (error.hint ?? null),
      status: exitStatusOf(error),
      stack,
    };
  }
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const memory = code === 'ERR_WORKER_OUT_OF_MEMORY';
  return {
    code: memory ? 'OUT_OF_MEMORY' : 'BUG_UNEXPECTED',
    message: memory
      ? 'The computation needs more memory than Node may use'
      : `Something unexpected happened: ${clipped(error instanceof Error ? error.message : String(error), 300)}`,
    where: null,
    hint: memory ? 'Allow more, for example 8 GB: NODE_OPTIONS=--max-old-space-size=8192.' : report,
    status: 70,
    stack,
  };
}

/** The lines for standard error: what, where, cure, code. No stack. */
export function failureText(failure: Failure, style: Style): string {
  const isStop = failure.code === 'STOPPED';
  const lines = [`${style.bold(isStop ? style.yellow('stopped') : style.red('error'))}: ${harmless(failure.message)}`];
  if (isStop) return `${lines[0]}\n`;
  if (failure.where !== null) lines.push(`  ${style.dim('where')}  ${harmless(failure.where)}`);
  if (failure.hint !== null) lines.push(`  ${style.dim('cure')}   ${harmless(failure.hint)}`);
  lines.push(`  ${style.dim('code')}   ${failure.code}`);
  return `${lines.join('\n')}\n`;
}

export const failureDocument = ({ code, message, where, hint }: Failure): object => ({
  error: { code, message, where, hint },
});
