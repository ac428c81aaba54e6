import { EventEmitter } from 'node:events';

/** Something that happened, for whoever looks on. */
export type News =
  | { readonly topic: 'runs'; readonly run?: string; readonly state?: string }
  | { readonly topic: 'progress'; readonly run: string; readonly progress: unknown };

/** What happens, told to those who listen at the moment. Nothing is kept: who comes later asks the records. */
export class Live {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  tell(news: News): void {
    this.emitter.emit('news', news);
  }

  /** @returns the way to stop listening */
  listen(hear: (news: News) => void): () => void {
    this.emitter.on('news', hear);
    return () => this.emitter.off('news', hear);
  }
}
