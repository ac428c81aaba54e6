import type { FastifyReply } from 'fastify';

const ping_ms = 15_000;

/** Replies that stay open while something happens: server-sent events. A reply that stays open would keep the service from ending, so they are known. */
export class Streams {
  private readonly open = new Set<() => void>();

  /** Opens a reply. @returns how to say something, and how to end */
  begin(reply: FastifyReply, onEnd: () => void): { say(event: string, data: unknown): void; end(): void } {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const ping = setInterval(() => raw.write(': still here\n\n'), ping_ms);
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      clearInterval(ping);
      this.open.delete(end);
      onEnd();
      raw.end();
    };
    this.open.add(end);
    raw.on('close', end);
    return {
      // a reader that does not read loses news, not our memory: the next news says how things are by then
      say: (event, data) => {
        if (!ended && raw.writableLength < 1 << 20) raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      },
      end,
    };
  }

  end(): void {
    for (const end of [...this.open]) end();
  }
}
