/**
 * A role is a state machine: event in, messages out. It does no I/O; clock, transport and randomness are handed in.
 * The same role runs in a loop, in virtual time over a simulated network, and live on a broker.
 */
export type AgentId = string;

/** What crosses the wire. Bodies are flat: numbers, texts and arrays of doubles; nothing else can be sent. */
export interface Message {
  readonly kind: string;
  /** Protocol round; orders messages of one conversation. */
  readonly round: number;
  readonly body: Readonly<Record<string, number | string | Float64Array>>;
}

export interface Outbox {
  send(to: AgentId, message: Message): void;
  /** Asks for a `tick` after a delay; a later call replaces an earlier one. */
  wakeAfter(delay_s: number): void;
}

/** What a role would need to go on where it is: flat like a message, and kept by the same codec. */
export type Snapshot = Message['body'];

export interface Role {
  readonly id: AgentId;
  /**
   * Whom it talks with, the same array until that changes. Between processes this is how it is seen who is missing, and what
   * comes from others is dropped. Left out: everybody of the run.
   */
  readonly peers?: readonly AgentId[] | undefined;
  start(out: Outbox): void;
  receive(from: AgentId, message: Message, out: Outbox): void;
  /** A wake-up that was asked for; time to repeat what seems lost. */
  tick(now_s: number, out: Outbox): void;
  /** True when this role has nothing left to do. It must go on answering others until all are done. */
  readonly done: boolean;
  /**
   * Everything it would need to go on. Whoever keeps it must have it safe before any message leaves that was said since the
   * snapshot before; then a crash is nothing but a long pause. A role without it cannot come back.
   */
  remember?(): Snapshot;
  /** Takes the place of `start` after a crash: goes on from a snapshot, and says again what may have been lost. */
  resume?(snapshot: Snapshot, out: Outbox): void;
  /** Grows with every event after which a new snapshot must be safe before messages leave; unchanged, the last one will do. */
  readonly version?: number;
  /** What it heard and would not use, by reason. */
  readonly dropped?: ReadonlyMap<string, number>;
}

export interface Envelope {
  readonly from: AgentId;
  readonly to: AgentId;
  readonly message: Message;
}

/** What an observer of the wire sees: every message handed to the transport, and what became of it. */
export interface Observation extends Envelope {
  readonly fate: 'delivered' | 'lost' | 'duplicated' | 'altered';
  readonly at_s: number;
}

/** Size on the wire: 16 bytes of header, 8 per number, UTF-8 length per text, per field name 2 bytes for its id. */
export function sizeOnWire_count(message: Message): number {
  let bytes = 16 + utf8Length_count(message.kind);
  for (const value of Object.values(message.body)) {
    bytes += 2;
    if (typeof value === 'number') bytes += 8;
    else if (typeof value === 'string') bytes += utf8Length_count(value);
    else bytes += 8 * value.length;
  }
  return bytes;
}

/** Bytes of a text in UTF-8. */
function utf8Length_count(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
