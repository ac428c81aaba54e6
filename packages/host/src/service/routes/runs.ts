import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { kindOf } from '../../cli/study-source.ts';
import { readStudyFile } from '../../files/study-file.ts';
import type { Run } from '../../store/run-queue.ts';
import type { Desk } from '../desk.ts';
import { notFound } from '../problem.ts';
import { fileSchema, idSchema, listOf, newRunSchema, pageSchema, problems, runSchema } from '../schemas.ts';
import { ownerOf } from './owner.ts';

export const runShown = ({
  id,
  study,
  kind,
  state,
  stop_asked,
  attempts,
  seed,
  status,
  progress,
  fault,
  queued_at,
  started_at,
  ended_at,
}: Run): z.infer<typeof runSchema> => ({
  ...{ id, study, kind, state, stop_asked, attempts, seed, status, progress: progress ?? null },
  fault: fault as z.infer<typeof runSchema>['fault'],
  queued_at: queued_at.toISOString(),
  started_at: started_at?.toISOString() ?? null,
  ended_at: ended_at?.toISOString() ?? null,
});

const isOver = ({ state }: Run): boolean => state !== 'queued' && state !== 'running';

export function runRoutes(api: FastifyInstance, { queue, contents, live, streams, wake }: Desk): void {
  const app = api.withTypeProvider<ZodTypeProvider>();
  const tags = ['runs'];
  const find = async (id: string): Promise<Run> => {
    const run = await queue.find(id);
    if (run === undefined || run.owner !== ownerOf()) throw notFound('such run');
    return run;
  };

  app.post(
    '/runs',
    {
      schema: {
        tags,
        summary: 'Run a study that is not kept',
        body: newRunSchema,
        headers: z.object({ 'idempotency-key': z.string().min(1).max(200).optional() }),
        response: { 202: runSchema, '4xx': problems },
      },
    },
    async ({ body, headers }, reply) => {
      const kind = kindOf(readStudyFile(body.text, 'study'), 'study');
      const run = await queue.ask({ owner: ownerOf(), kind, text: body.text, seed: body.seed, key: headers['idempotency-key'] });
      live.tell({ topic: 'runs', run: run.id, state: run.state });
      wake();
      return reply.code(202).header('location', `/api/runs/${run.id}`).send(runShown(run));
    },
  );

  app.get(
    '/runs',
    { schema: { tags, summary: 'Runs, latest first', querystring: pageSchema, response: { 200: listOf(runSchema), '4xx': problems } } },
    async ({ query }) => {
      const runs = await queue.list(ownerOf(), query);
      return { items: runs.map(runShown), next: runs.length < query.count ? null : (runs.at(-1)?.place ?? null) };
    },
  );

  app.get(
    '/runs/:id',
    {
      schema: {
        tags,
        summary: 'A run: its state, progress and outcome',
        params: idSchema,
        response: { 200: runSchema, '4xx': problems },
      },
    },
    async ({ params }) => runShown(await find(params.id)),
  );

  app.post(
    '/runs/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Ask a run to end; one that has ended stays as it is',
        params: idSchema,
        response: { 200: runSchema, '4xx': problems },
      },
    },
    async ({ params }) => {
      await find(params.id);
      const run = await queue.cancel(params.id);
      if (run === undefined) throw notFound('such run');
      live.tell({ topic: 'runs', run: run.id, state: run.state });
      return runShown(run);
    },
  );

  app.get(
    '/runs/:id/files',
    { schema: { tags, summary: 'Files of a result', params: idSchema, response: { 200: listOf(fileSchema), '4xx': problems } } },
    async ({ params }) => {
      await find(params.id);
      return { items: (await queue.files(params.id)).map(({ name, size_B, media_type }) => ({ name, size_B, media_type })), next: null };
    },
  );

  app.get(
    '/runs/:id/files/:name',
    {
      schema: {
        tags,
        summary: 'One of them: result.json, tables, report.html',
        params: idSchema.extend({ name: z.string().max(120) }),
        response: { 200: z.string(), '4xx': problems },
      },
    },
    async ({ params }, reply) => {
      await find(params.id);
      const file = (await queue.files(params.id)).find(({ name }) => name === params.name);
      if (file === undefined) throw notFound('such file of this run');
      // reports are pages of their own, made here and offline: they may have their own script and style
      if (file.media_type.startsWith('text/html'))
        void reply.header(
          'content-security-policy',
          "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
        );
      return reply
        .type(file.media_type)
        .header('content-length', file.size_B)
        .header('etag', `"${file.file}"`)
        .serializer((content: unknown) => content as string)
        .send(contents.stream(file.file) as never);
    },
  );

  app.get(
    '/runs/:id/events',
    {
      schema: {
        tags,
        summary: 'State and progress as they change (server-sent events), until the run has ended',
        params: idSchema,
        response: { 200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: z.string() } } }, '4xx': problems },
      },
    },
    async ({ params }, reply) => {
      const first = await find(params.id);
      const stream = streams.begin(reply, () => stopListening());
      const sayState = async (): Promise<void> => {
        const run = await find(params.id);
        stream.say('run', runShown(run));
        if (isOver(run)) stream.end();
      };
      const stopListening = live.listen((news) => {
        if (news.topic === 'progress' && news.run === params.id) stream.say('progress', news.progress);
        else if (news.topic === 'runs' && (news.run === params.id || news.run === undefined)) sayState().catch(() => stream.end());
      });
      stream.say('run', runShown(first));
      if (isOver(first)) stream.end();
    },
  );
}
