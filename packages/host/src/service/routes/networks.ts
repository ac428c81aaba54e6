import { catalog, detectFormat, readNetwork } from '@gridflock/core';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { inspectionOf } from '../../cli/commands/inspect.ts';
import type { Desk } from '../desk.ts';
import { notFound } from '../problem.ts';
import type { StoredNetwork } from '../records.ts';
import { idSchema, listOf, networkSchema, newNetworkSchema, problems } from '../schemas.ts';
import { ownerOf } from './owner.ts';

const shown = ({ file: _file, created_at, summary, ...network }: StoredNetwork) => ({
  ...network,
  summary: summary as Record<string, unknown>,
  created_at: created_at.toISOString(),
});

export function networkRoutes(api: FastifyInstance, { records, contents }: Desk): void {
  const app = api.withTypeProvider<ZodTypeProvider>();
  const tags = ['networks'];

  app.post(
    '/networks',
    {
      schema: {
        tags,
        summary: 'Upload a network: checked, and what was not understood is listed',
        body: newNetworkSchema,
        response: { 201: networkSchema, '4xx': problems },
      },
    },
    async ({ body }, reply) => {
      const options = { fileName: body.name, format: body.format };
      const format = detectFormat(body.text, options, catalog.formats).name;
      const summary = inspectionOf(readNetwork(body.text, options, catalog.formats), body.name);
      const network = await records.addNetwork(ownerOf(), { name: body.name, format, text: body.text, summary });
      return reply.code(201).header('location', `/api/networks/${network.id}`).send(shown(network));
    },
  );

  app.get('/networks', { schema: { tags, summary: 'Networks by name', response: { 200: listOf(networkSchema) } } }, async () => ({
    items: (await records.networks(ownerOf())).map(shown),
    next: null,
  }));

  app.get(
    '/networks/:id',
    { schema: { tags, summary: 'A network', params: idSchema, response: { 200: networkSchema, '4xx': problems } } },
    async ({ params }) => {
      const network = await records.network(ownerOf(), params.id);
      if (network === undefined) throw notFound('such network');
      return shown(network);
    },
  );

  app.get(
    '/networks/:id/text',
    { schema: { tags, summary: 'The file as it was uploaded', params: idSchema, response: { 200: z.string(), '4xx': problems } } },
    async ({ params }, reply) => {
      const network = await records.network(ownerOf(), params.id);
      if (network === undefined) throw notFound('such network');
      return reply.type('text/plain; charset=utf-8').serializer(String).send(contents.get(network.file).toString('utf8'));
    },
  );

  app.delete(
    '/networks/:id',
    { schema: { tags, summary: 'Forget a network', params: idSchema, response: { 204: z.null(), '4xx': problems } } },
    async ({ params }, reply) => {
      if (!(await records.removeNetwork(ownerOf(), params.id))) throw notFound('such network');
      return reply.code(204).send(null);
    },
  );
}
