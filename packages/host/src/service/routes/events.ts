import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { ownerOf } from './owner.ts';
import { runShown } from './runs.ts';

/** What happens to all runs of an owner, in one stream: a page that shows many runs needs one connection. */
export function eventRoutes(api: FastifyInstance, { queue, live, streams }: Desk): void {
  api.get(
    '/events',
    {
      schema: {
        tags: ['runs'],
        summary:
          'Runs as they change (`run`), how far they are (`progress`), and `reload` when several changed at once (server-sent events)',
        response: { 200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: z.string() } } } },
      },
    },
    (_request, reply) => {
      const owner = ownerOf();
      const owned = new Map<string, Promise<boolean>>();
      const stream = streams.begin(reply, () => stopListening());
      const isOwned = (id: string): Promise<boolean> => {
        const known = owned.get(id) ?? queue.find(id).then((run) => run?.owner === owner);
        owned.set(id, known);
        return known;
      };
      const sayRun = async (id: string): Promise<void> => {
        const run = await queue.find(id);
        if (run?.owner === owner) stream.say('run', runShown(run));
      };
      const hear = async (id: string, progress: unknown): Promise<void> => {
        if (await isOwned(id)) stream.say('progress', { run: id, progress });
      };
      const stopListening = live.listen((news) => {
        if (news.topic === 'progress') hear(news.run, news.progress).catch(() => stream.end());
        else if (news.run === undefined) stream.say('reload', {});
        else sayRun(news.run).catch(() => stream.end());
      });
      // says at once that it listens: what is read from now on misses nothing
      stream.say('reload', {});
    },
  );
}
