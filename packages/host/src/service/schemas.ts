import { z } from 'zod';

/** What crosses the HTTP interface; requests and replies are both held to it, and the OpenAPI document is made of it. */

const time = z.iso.datetime({ offset: true });
const name = z
  .string()
  .min(1)
  .max(120)
  .regex(/^[^\x00-\x1f\x7f/\\]+$/, 'expected a name without slashes and control characters')
  .describe('Unique among its owner’s');

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    where: z.string().optional(),
    hint: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457: what went wrong, where, what to do, and a stable code' });

/** Everything that a client did wrong. */
export const problems = { description: 'What was wrong', content: { 'application/problem+json': { schema: problemSchema } } };

export const idSchema = z.object({ id: z.uuid() });

export const networkSchema = z
  .object({ id: z.uuid(), name: z.string(), format: z.string(), created_at: time, summary: z.record(z.string(), z.unknown()) })
  .meta({ id: 'Network', description: 'Wires as uploaded; `summary` says what is in them and what was not understood' });
export const newNetworkSchema = z
  .object({
    name,
    text: z.string().min(1).describe('The file as it is: OpenDSS, pandapower, MATPOWER, power-grid-model or gridflock'),
    format: z.string().max(60).optional().describe('Guessed from the content when left out'),
  })
  .strict();

export const studySchema = z
  .object({ id: z.uuid(), name: z.string(), kind: z.string(), text: z.string(), version: z.int(), created_at: time, changed_at: time })
  .meta({ id: 'Study', description: 'A draft: YAML, as `gridflock run` takes it' });
export const newStudySchema = z.object({ name, text: z.string().min(1).max(4_000_000) }).strict();

export const checkedSchema = z
  .object({ kind: z.string() })
  .meta({ id: 'CheckedStudy', description: 'It can be read, and is of this kind' });

export const templateSchema = z
  .object({
    study: z.string().describe('Kind of study'),
    name: z.string().describe('`template`, or the name of a preset'),
    title: z.string(),
    takes_network: z.boolean().describe('Whether it can be had about another network'),
  })
  .meta({ id: 'Template' });
export const templateTextSchema = z.object({ text: z.string() });

export const runSchema = z
  .object({
    id: z.uuid(),
    study: z.uuid().nullable(),
    kind: z.string(),
    state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled']),
    stop_asked: z.boolean(),
    attempts: z.int(),
    seed: z.int().nullable(),
    status: z.string().nullable().describe('Of the result: ok, infeasible, not-converged'),
    progress: z.unknown().describe('Phase and how far it is'),
    fault: problemSchema.partial().nullable(),
    queued_at: time,
    started_at: time.nullable(),
    ended_at: time.nullable(),
  })
  .meta({ id: 'Run' });
export const askSchema = z.object({ seed: z.int().min(0).max(2_147_483_647).optional() }).strict();
export const newRunSchema = askSchema.extend({ text: z.string().min(1).max(4_000_000) }).strict();
export const fileSchema = z.object({ name: z.string(), size_B: z.int(), media_type: z.string() }).meta({ id: 'RunFile' });

export const pageSchema = z.object({
  before: z.coerce.number().int().positive().optional().describe('`next` of the page before'),
  count: z.coerce.number().int().min(1).max(200).default(50),
  study: z.uuid().optional(),
});

export const pointsSchema = z
  .object({
    unit: z.string().min(1).max(30),
    at: z
      .array(z.union([time, z.number()]))
      .max(200_000)
      .describe('ISO times, or Unix times in milliseconds'),
    value: z.array(z.number()).max(200_000),
  })
  .strict();
export const spanSchema = z.object({
  from: time,
  to: time,
  bucket_s: z.coerce.number().positive().max(31_622_400).optional().describe('Gathers points in buckets: mean, least, most, count'),
});

export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.number().nullable() });
