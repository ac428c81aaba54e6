import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { pointsOf } from '../../store/measurements.ts';
import type { Desk } from '../desk.ts';
import { notFound } from '../problem.ts';
import { pointsSchema, problems, spanSchema } from '../schemas.ts';
import { ownerOf } from './owner.ts';

const named = z.object({ name: z.string().min(1).max(120) });

export function seriesRoutes(api: FastifyInstance, { measurements }: Desk): void {
  const app = api.withTypeProvider<ZodTypeProvider>();
  const tags = ['measurements'];

  app.post(
    '/series/:name/points',
    {
      schema: {
        tags,
        summary: 'Store measurements; a point that is there already takes the new value',
        params: named,
        body: pointsSchema,
        response: { 200: z.object({ stored: z.int() }), '4xx': problems },
      },
    },
    async ({ params, body }) => {
      const at_ms = body.at.map((at) => (typeof at === 'number' ? at : Date.parse(at)));
      const points = pointsOf(params.name, at_ms, body.value);
      return { stored: await measurements.store(await measurements.series(ownerOf(), params.name, body.unit), points) };
    },
  );

  app.get(
    '/series/:name',
    {
      schema: {
        tags,
        summary: 'Measurements of a span, as they are or in buckets',
        params: named,
        querystring: spanSchema,
        response: {
          200: z.object({
            unit: z.string(),
            at: z.array(z.string()),
            value: z.array(z.number()),
            least: z.array(z.number()).optional(),
            most: z.array(z.number()).optional(),
            count: z.array(z.int()).optional(),
          }),
          '4xx': problems,
        },
      },
    },
    async ({ params, query }) => {
      const series = await measurements.find(ownerOf(), params.name);
      if (series === undefined) throw notFound('such series');
      const [from, to] = [new Date(query.from), new Date(query.to)];
      if (query.bucket_s === undefined) {
        const points = await measurements.read(series, from, to);
        return { unit: series.unit, at: points.map(({ at }) => at.toISOString()), value: points.map(({ value }) => value) };
      }
      const buckets = await measurements.gather(series, from, to, query.bucket_s);
      return {
        unit: series.unit,
        at: buckets.map(({ at }) => at.toISOString()),
        value: buckets.map(({ mean }) => mean),
        least: buckets.map(({ least }) => least),
        most: buckets.map(({ most }) => most),
        count: buckets.map(({ count }) => count),
      };
    },
  );
}
