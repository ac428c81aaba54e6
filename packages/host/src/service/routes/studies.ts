import { InputError } from '@gridflock/core';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { kindOf } from '../../cli/study-source.ts';
import { readStudyFile } from '../../files/study-file.ts';
import type { Desk } from '../desk.ts';
import { notFound } from '../problem.ts';
import type { StoredStudy } from '../records.ts';
import { askSchema, checkedSchema, idSchema, listOf, newStudySchema, problems, runSchema, studySchema } from '../schemas.ts';
import { ownerOf } from './owner.ts';
import { runShown } from './runs.ts';

const shown = (study: StoredStudy) => ({
  ...study,
  created_at: study.created_at.toISOString(),
  changed_at: study.changed_at.toISOString(),
});
const tagOf = ({ version }: StoredStudy): string => `"${version}"`;
const keyHeader = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() });

/** A version that the writer has seen: `If-Match: "3"`. @throws {InputError} VERSION_EXPECTED */
function versionOf(header: string | undefined): number {
  const version = /^"(\d{1,9})"$/.exec(header ?? '')?.[1];
  if (version !== undefined) return Number(version);
  throw new InputError({
    code: 'VERSION_EXPECTED',
    message: 'The change does not say which version it was made to',
    hint: 'Send the ETag of the study as If-Match.',
  });
}

export function studyRoutes(api: FastifyInstance, { records, queue, live, wake }: Desk): void {
  const app = api.withTypeProvider<ZodTypeProvider>();
  const tags = ['studies'];
  const find = async (id: string): Promise<StoredStudy> => {
    const study = await records.study(ownerOf(), id);
    if (study === undefined) throw notFound('such study');
    return study;
  };
  const read = ({ name, text }: { name: string; text: string }) => ({ name, text, kind: kindOf(readStudyFile(text, name), name) });

  app.post(
    '/studies',
    { schema: { tags, summary: 'Keep a draft', body: newStudySchema, response: { 201: studySchema, '4xx': problems } } },
    async ({ body }, reply) => {
      const study = await records.addStudy(ownerOf(), read(body));
      return reply.code(201).header('location', `/api/studies/${study.id}`).header('etag', tagOf(study)).send(shown(study));
    },
  );

  app.post(
    '/studies/check',
    {
      schema: {
        tags,
        summary: 'Whether a text can be read as a study; nothing is kept',
        body: newStudySchema,
        response: { 200: checkedSchema, '4xx': problems },
      },
    },
    ({ body }) => ({ kind: read(body).kind }),
  );

  app.get('/studies', { schema: { tags, summary: 'Drafts, latest change first', response: { 200: listOf(studySchema) } } }, async () => ({
    items: (await records.studies(ownerOf())).map(shown),
    next: null,
  }));

  app.get(
    '/studies/:id',
    { schema: { tags, summary: 'A draft', params: idSchema, response: { 200: studySchema, '4xx': problems } } },
    async ({ params }, reply) => {
      const study = await find(params.id);
      return reply.header('etag', tagOf(study)).send(shown(study));
    },
  );

  app.put(
    '/studies/:id',
    {
      schema: {
        tags,
        summary: 'Change a draft that nobody else has changed meanwhile',
        params: idSchema,
        body: newStudySchema,
        headers: z.object({ 'if-match': z.string().optional() }),
        response: { 200: studySchema, '4xx': problems },
      },
    },
    async ({ params, body, headers }, reply) => {
      const study = await records.changeStudy(ownerOf(), params.id, versionOf(headers['if-match']), read(body));
      if (study === undefined) throw notFound('such study');
      return reply.header('etag', tagOf(study)).send(shown(study));
    },
  );

  app.delete(
    '/studies/:id',
    { schema: { tags, summary: 'Forget a draft; its runs stay', params: idSchema, response: { 204: z.null(), '4xx': problems } } },
    async ({ params }, reply) => {
      if (!(await records.removeStudy(ownerOf(), params.id))) throw notFound('such study');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/studies/:id/runs',
    {
      schema: {
        tags,
        summary: 'Run a draft as it is now',
        params: idSchema,
        body: askSchema.optional(),
        headers: keyHeader,
        response: { 202: runSchema, '4xx': problems },
      },
    },
    async ({ params, body, headers }, reply) => {
      const { kind, text } = await find(params.id);
      const run = await queue.ask({ owner: ownerOf(), kind, text, study: params.id, seed: body?.seed, key: headers['idempotency-key'] });
      live.tell({ topic: 'runs', run: run.id, state: run.state });
      wake();
      return reply.code(202).header('location', `/api/runs/${run.id}`).send(runShown(run));
    },
  );
}
