/**
 * How bytes get from process to process. Members: workers, nats, mqtt (and embedded-broker, which mqtt talks to). A
 * connection knows subjects and payloads; what is in an envelope, who is done and who waits is the business of `live.ts`.
 *
 * It delivers in order what one connection publishes, at most once. While the broker is away nothing is kept: what is said is
 * lost, and said again by the roles (decision 0012), so that memory is bounded however long it takes.
 */
export interface Connection {
  /**
   * Hears everything published at these places from now on, under `<place>.<one token>`, each place heard by one listener only.
   * Resolves when the other side knows, with the way to stop.
   */
  listen(places: readonly string[], hear: Hear): Promise<() => void>;
  /**
   * Hands a payload over, under a place and the token of who says it; it must not change afterwards. Call it only while connected.
   * @throws {TransportError} PAYLOAD_TOO_LARGE: larger than 1 MiB, or than what the broker takes
   */
  publish(subject: string, payload: Uint8Array): void;
  readonly connected: boolean;
  /** Whether the other side lets everybody publish under names of his own only, so that a subject says who spoke. */
  readonly vouches: boolean;
  /** Bytes handed over of which it is not known that they have left, or, where the other side tells, arrived there. */
  readonly backlog_bytes: number;
  /** Resolves when the backlog has been worked off, or the connection is lost. */
  drained(): Promise<void>;
  /** Tells of loss and return. Connecting anew is the connection's own business, with growing pauses. @returns the way to stop */
  onChange(listener: (connected: boolean) => void): () => void;
  /** Says what is still to be said, then leaves. */
  close(): Promise<void>;
}

/** Takes what arrived. The subject is read only when somebody asks for it: it may have to be decoded. */
export type Hear = (payload: Uint8Array, arrival: { readonly subject: string }) => void;

/** How a connection proves who it is. What is secret in it is never part of an address, and shown nowhere. */
export interface BrokerLogin {
  /** At MQTT brokers. */
  readonly user: string;
  readonly password: () => string;
  /** At NATS servers: the public key of the user, and what answers their challenge. */
  readonly nkey: string;
  readonly signNonce: (nonce: string) => string;
}

/** Whom a connection believes, and how it proves who it is. */
export interface BrokerSecurity {
  /** Certificates in PEM of those who vouch for the broker; the system's where left out. */
  readonly ca?: string | undefined;
  /** Our own certificate and its key in PEM, where the broker asks for one. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly login?: BrokerLogin | undefined;
}

/** What must not be lost, with a name that no other letter under its subject has. */
export interface Letter {
  /** Letters, digits, `-` and `_`. */
  readonly id: string;
  readonly payload: Uint8Array;
}

/**
 * Keeps letters until who they are for has taken them, though he be away while they are posted, and each once: what comes again is
 * known by its id. For what is said once and matters: results, lists, receipts; a negotiation repeats itself and needs none of it.
 */
export interface Mailbox {
  /**
   * Leaves a letter under `<place>.<one token>`. Resolves when the other side keeps it; while the broker is away, it is tried again.
   * The same letter posted twice is one letter.
   * @throws {TransportError} PAYLOAD_TOO_LARGE, MAILBOX_CLOSED
   */
  post(subject: string, letter: Letter): Promise<void>;
  /**
   * Takes the letters that are kept at a place and all that come, one after another. A letter has been taken when `take` has ended; where
   * it fails, the letter comes again after a second. Each once per mailbox; if this process died between `take` and telling so, it comes once
   * more, in its next life. One collector per place.
   * @returns the way to stop; what has not been taken is kept
   */
  collect(place: string, take: (letter: Letter, subject: string) => Promise<void> | void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** What the address of a transport looks like, and how it is opened. */
export interface Transport {
  /** As in `nats://host:4222`; `encrypted` the same over TLS. */
  readonly scheme: string;
  readonly encrypted: string;
  /** @throws {TransportError} BROKER_UNREACHABLE, BROKER_UNTRUSTED, BROKER_REFUSES; @throws {CombinationError} BROKER_NEEDS_TLS */
  connect(address: string, security?: BrokerSecurity): Promise<Connection>;
  /** Where letters are left that must not be lost. @throws as `connect`; MAILBOX_UNAVAILABLE */
  openMailbox(address: string, security?: BrokerSecurity): Promise<Mailbox>;
}
