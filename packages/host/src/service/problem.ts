import { InputError } from '@gridflock/core';
import { failureOf } from '../cli/failure.ts';
import { DatabaseFault } from '../store/contract.ts';

/**
 * What went wrong, for a client: RFC 9457 (`application/problem+json`) with our stable code, the place and the cure.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly where?: string;
  readonly hint?: string;
}

/** Codes whose HTTP status is not 422 (a body that is understood and wrong). */
const statuses: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  CONTENT_MISSING: 404,
  KEY_REUSED: 409,
  NAME_TAKEN: 409,
  VERSION_CHANGED: 412,
  VERSION_EXPECTED: 428,
  REQUEST_INVALID: 400,
  REQUEST_FOREIGN: 403,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNKNOWN: 415,
  TOO_MANY_REQUESTS: 429,
  OUT_DISK_FULL: 507,
};

/** The problem that an error is; of an error that we did not foresee nothing leaves the service but that it was there. */
export function problemOf(error: unknown): Problem {
  const foreseen = fastifyProblem(error);
  if (foreseen !== undefined) return foreseen;
  if (error instanceof DatabaseFault && error.sqlstate === '23505') {
    return problem({ code: 'NAME_TAKEN', title: 'Something of that name is there already', hint: 'Choose another name.' });
  }
  const failure = failureOf(error);
  if (failure.status === 70 || error instanceof DatabaseFault) {
    return problem({
      code: 'BUG_UNEXPECTED',
      title: 'Something unexpected happened',
      hint: 'The service has written it to its log.',
      status: 500,
    });
  }
  return problem({ code: failure.code, title: failure.message, hint: failure.hint ?? undefined, where: failure.where ?? undefined });
}

interface Said {
  readonly code: string;
  readonly title: string;
  readonly hint?: string | undefined;
  readonly where?: string | undefined;
  readonly status?: number;
}

function problem({ code, title, hint, where, status = statuses[code] ?? 422 }: Said): Problem {
  return {
    type: `urn:gridflock:${code}`,
    title,
    status,
    code,
    ...(where === undefined ? {} : { where }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** What the framework refuses before we see it. */
function fastifyProblem(error: unknown): Problem | undefined {
  const { statusCode, code, message, validation } = error as FrameworkFault;
  const hint = 'Compare it with /api/openapi.json.';
  if (validation !== undefined) {
    const where = validation[0]?.instancePath?.replace(/^\//, '').replaceAll('/', '.');
    return problem({ code: 'REQUEST_INVALID', title: validation[0]?.message ?? 'The request is not as described', hint, where });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return problem({ code: 'BODY_TOO_LARGE', title: 'The body is larger than the service takes', hint: 'Send less at once.' });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return problem({ code: 'MEDIA_TYPE_UNKNOWN', title: 'The body has a media type that is not taken', hint: 'Send application/json.' });
  }
  if (statusCode === 429)
    return problem({ code: 'TOO_MANY_REQUESTS', title: 'Too many requests', hint: 'Wait as long as Retry-After says.' });
  if (typeof statusCode !== 'number' || statusCode < 400 || statusCode >= 500) return undefined;
  return problem({ code: 'REQUEST_INVALID', title: message ?? 'The request is not as described', hint, status: statusCode });
}

interface FrameworkFault {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly validation?: readonly Validation[];
}

interface Validation {
  readonly message?: string;
  readonly instancePath?: string;
}

export const notFound = (what: string): InputError =>
  new InputError({ code: 'NOT_FOUND', message: `There is no ${what}`, hint: 'It may have been deleted, or belongs to somebody else.' });
