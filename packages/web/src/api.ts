/** What crosses the service's HTTP interface, as far as the page needs it; /api/openapi.json has it all. */

export interface Problem {
  readonly title: string;
  readonly code: string;
  readonly where?: string | undefined;
  readonly hint?: string | undefined;
}

export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number;
  readonly text?: string;
}

export interface Run {
  readonly id: string;
  readonly study: string | null;
  readonly kind: string;
  readonly state: RunState;
  readonly stop_asked: boolean;
  readonly attempts: number;
  readonly seed: number | null;
  readonly status: string | null;
  readonly progress: Progress | null;
  readonly fault: Partial<Problem> | null;
  readonly queued_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
}

export interface RunFile {
  readonly name: string;
  readonly size_B: number;
  readonly media_type: string;
}

export interface Study {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly text: string;
  readonly version: number;
  readonly changed_at: string;
}

export interface Template {
  readonly study: string;
  readonly name: string;
  readonly title: string;
  readonly takes_network: boolean;
}

export interface Dropped {
  readonly element: string;
  readonly where: string;
  readonly reason: string;
}

export interface Network {
  readonly id: string;
  readonly name: string;
  readonly format: string;
  readonly created_at: string;
  readonly summary: NetworkSummary;
}

export interface NetworkSummary {
  readonly counts: Readonly<Record<string, number>>;
  readonly voltage_levels: readonly { readonly v_base_kV: number; readonly buses: number }[];
  readonly shape: string;
  readonly slacks: readonly string[];
  readonly load: { readonly p_kW: number; readonly q_kvar: number };
  readonly feeder?: Readonly<Record<string, unknown>>;
  readonly balanced_equivalent?: { readonly approximations: readonly string[] };
  readonly warnings: readonly string[];
  readonly dropped: readonly Dropped[];
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: number | null;
}

/** What the service refused, or why it could not be asked. */
export class RefusedError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

export const problemOf = (error: unknown): Problem =>
  error instanceof RefusedError
    ? error.problem
    : { code: 'PAGE_FAULT', title: error instanceof Error ? error.message : String(error), hint: 'Reload the page.' };

/**
 * Asks the service; a body becomes JSON.
 * @throws {RefusedError} with the problem that the service told, or SERVICE_AWAY when it does not answer
 */
export async function ask<T>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const types: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  let reply: Response;
  try {
    reply = await fetch(`/api${path}`, { method, headers: { ...types, ...headers }, ...sent });
  } catch {
    throw new RefusedError({
      code: 'SERVICE_AWAY',
      title: 'The service does not answer',
      hint: 'Start it again with `gridflock serve`; what was stored is still there.',
    });
  }
  if (reply.status === 204) return undefined as T;
  const text = await reply.text();
  const said: unknown = /json/.test(reply.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : text;
  if (reply.ok) return said as T;
  if (typeof said === 'object' && said !== null && 'code' in said) throw new RefusedError(said as Problem);
  throw new RefusedError({ code: `HTTP_${reply.status}`, title: `The service answered ${reply.status}` });
}

export const isOver = ({ state }: Pick<Run, 'state'>): boolean => state !== 'queued' && state !== 'running';
