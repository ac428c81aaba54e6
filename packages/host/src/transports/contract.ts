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

/** What the address of a transport looks like, and how it is opened. */
export interface Transport {
  /** As in `nats://host:4222`; `encrypted` the same over TLS. */
  readonly scheme: string;
  readonly encrypted: string;
  /** @throws {TransportError} BROKER_UNREACHABLE, BROKER_UNTRUSTED, BROKER_REFUSES; @throws {CombinationError} BROKER_NEEDS_TLS */
  connect(address: string, security?: BrokerSecurity): Promise<Connection>;
}
