import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Where tools/bundle-page.mjs puts the page: beside what tsc makes of host, seen from its sources or from dist. */
const folders = ['../page/', '../../dist/page/'];
const files = [
  { url: '/', name: 'index.html', type: 'text/html; charset=utf-8' },
  { url: '/page.js', name: 'page.js', type: 'text/javascript; charset=utf-8' },
  { url: '/page.css', name: 'page.css', type: 'text/css; charset=utf-8' },
  { url: '/favicon.svg', name: 'favicon.svg', type: 'image/svg+xml' },
] as const;

/**
 * The page at `/`: its few files, read and compressed once. The browser asks each time whether they are still what it has, so that
 * after an update nobody works with an old page. Where the page was not built there is only the interface below /api.
 */
export function servePage(app: FastifyInstance): void {
  const folder = folders.map((each) => fileURLToPath(new URL(each, import.meta.url))).find((each) => existsSync(`${each}index.html`));
  if (folder === undefined) return;
  for (const { url, name, type } of files) {
    const content = readFileSync(folder + name);
    const packed = gzipSync(content, { level: 9 });
    const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
    app.get(url, { schema: { hide: true } }, (request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'accept-encoding');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      void reply.type(type);
      const takesPacked = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
      return takesPacked ? reply.header('content-encoding', 'gzip').send(packed) : reply.send(content);
    });
  }
}
