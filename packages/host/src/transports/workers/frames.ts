/** Messages on their way between threads, many in one piece: what is posted costs by the piece, hardly by the byte. */
export interface Frames {
  readonly subjects: readonly string[];
  /** Where each payload ends. */
  readonly ends: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Gathers messages. Payloads are copied: a view's whole buffer would travel with it. */
export class FrameBatch {
  private subjects: string[] = [];
  private payloads: Uint8Array[] = [];
  private length_bytes = 0;

  get isEmpty(): boolean {
    return this.subjects.length === 0;
  }

  add(subject: string, payload: Uint8Array): void {
    this.subjects.push(subject);
    this.payloads.push(payload);
    this.length_bytes += payload.length;
  }

  take(): Frames {
    const bytes = new Uint8Array(this.length_bytes);
    const ends: number[] = [];
    let at = 0;
    for (const payload of this.payloads) {
      bytes.set(payload, at);
      ends.push((at += payload.length));
    }
    const { subjects } = this;
    this.subjects = [];
    this.payloads = [];
    this.length_bytes = 0;
    return { subjects, ends, bytes };
  }
}

/** The place that a subject belongs to. */
export const placeIn = (subject: string): string => subject.slice(0, subject.lastIndexOf('.'));

/** What a thread tells the hub. */
export type ToHub =
  | { readonly type: 'listen'; readonly places: readonly string[]; readonly request: number }
  | { readonly type: 'ignore'; readonly places: readonly string[] }
  | { readonly type: 'say'; readonly frames: Frames }
  | { readonly type: 'heard'; readonly batch: number };

/** What the hub tells a thread. */
export type FromHub =
  | { readonly type: 'listening'; readonly request: number }
  /** All who listen have heard so many bytes of what was said. */
  | { readonly type: 'taken'; readonly length_bytes: number }
  /** Messages, to be answered with `heard` when they have been: a thread that is busy is not buried. */
  | { readonly type: 'said'; readonly frames: Frames; readonly batch: number };
