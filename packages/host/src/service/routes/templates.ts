import { catalog } from '@gridflock/core';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { withNetwork } from '../../cli/commands/new-study.ts';
import { notFound } from '../problem.ts';
import { listOf, problems, templateSchema, templateTextSchema } from '../schemas.ts';

/** The name of what a kind of study starts from; the others are presets. */
const plain = 'template';
const networkLine = /^network:/m;

/** Study files to start from: one a kind of study, and its presets. The same for everybody. */
const templates = catalog.studies.flatMap(({ kind, title, template }) => [
  { study: kind, name: plain, title, takes_network: networkLine.test(template), text: template },
  ...catalog.presets
    .filter(({ study }) => study === kind)
    .map((preset) => ({ study: kind, name: preset.name, title: preset.title, takes_network: false, text: preset.document })),
]);

export function templateRoutes(api: FastifyInstance): void {
  const app = api.withTypeProvider<ZodTypeProvider>();
  const tags = ['studies'];

  app.get(
    '/templates',
    { schema: { tags, summary: 'Study files to start from, without their text', response: { 200: listOf(templateSchema) } } },
    () => ({ items: templates.map(({ text: _text, ...shown }) => shown), next: null }),
  );

  app.get(
    '/templates/:study/:name',
    {
      schema: {
        tags,
        summary: 'The text of one of them, about another network if so wished',
        params: z.object({ study: z.string().max(120), name: z.string().max(120) }),
        querystring: z.object({ network: z.string().min(1).max(120).optional() }),
        response: { 200: templateTextSchema, '4xx': problems },
      },
    },
    ({ params, query }) => {
      const found = templates.find(({ study, name }) => study === params.study && name === params.name);
      if (found === undefined || (query.network !== undefined && !found.takes_network)) throw notFound('such template');
      return { text: query.network === undefined ? found.text : withNetwork(found.text, query.network) };
    },
  );
}
