import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { InputError } from '@gridflock/core';
import fastify, { type FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Desk } from './desk.ts';
import { servePage } from './page-files.ts';
import { problemOf } from './problem.ts';
import { eventRoutes } from './routes/events.ts';
import { networkRoutes } from './routes/networks.ts';
import { runRoutes } from './routes/runs.ts';
import { seriesRoutes } from './routes/series.ts';
import { studyRoutes } from './routes/studies.ts';
import { templateRoutes } from './routes/templates.ts';
import { Streams } from './streams.ts';

export interface AppOptions extends Omit<Desk, 'streams'> {
  readonly version: string;
  /** Names under which the service may be called; a page of somebody else that has a name of its own point here is refused. */
  readonly hosts: readonly string[];
  readonly bodyLimit_B?: number;
  readonly requestsPerMinute_count?: number;
}

export type App = FastifyInstance;

const json_B = 32 * 1024 * 1024;

/** The HTTP interface below /api, and the page at / where it was built. Until there are accounts everything belongs to one user at this machine. */
export async function buildApp({
  version,
  hosts,
  bodyLimit_B = json_B,
  requestsPerMinute_count = 6_000,
  ...desk
}: AppOptions): Promise<App> {
  const app = fastify({
    logger: false,
    bodyLimit: bodyLimit_B,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => {
    const problem = problemOf(error);
    if (problem.status >= 500) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
  app.setNotFoundHandler((request, reply) => {
    const problem = problemOf(
      new InputError({
        code: 'NOT_FOUND',
        message: `There is nothing at ${request.method} ${request.url.slice(0, 200)}`,
        hint: 'See /api/openapi.json.',
      }),
    );
    return reply.code(404).type('application/problem+json').send(JSON.stringify(problem));
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        frameAncestors: ["'self'"],
      },
    },
    strictTransportSecurity: false,
    // the report stands in a sandbox of the page, which no browser gives a process of its own
    originAgentCluster: false,
  });
  await app.register(rateLimit, { max: requestsPerMinute_count, timeWindow: 60_000 });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'gridflock',
        version,
        description: 'Networks, studies, runs and measurements of a gridflock service.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.addHook('onRequest', async ({ headers }) => {
    if (!hosts.includes(headers.host ?? '')) throw foreign(`the host "${(headers.host ?? '').slice(0, 100)}"`);
    if (headers.origin !== undefined && !hosts.some((host) => headers.origin === `http://${host}`)) throw foreign('a page of another site');
  });
  const streams = new Streams();
  app.addHook('preClose', async () => streams.end());
  const whole: Desk = { ...desk, streams };
  await app.register(
    (api, _options, done) => {
      api.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
      api.get('/health', { schema: { hide: true } }, () => ({ status: 'ok', version }));
      networkRoutes(api, whole);
      studyRoutes(api, whole);
      runRoutes(api, whole);
      eventRoutes(api, whole);
      templateRoutes(api);
      seriesRoutes(api, whole);
      done();
    },
    { prefix: '/api' },
  );
  servePage(app);
  await app.ready();
  return app;
}

const foreign = (who: string): InputError =>
  new InputError({
    code: 'REQUEST_FOREIGN',
    message: `The request comes by ${who}: this service answers this machine only`,
    hint: 'Open it at the address that it printed when it started.',
  });
