import { closeSync, existsSync, fdatasyncSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type AgentId, EnvelopeReader, EnvelopeWriter, InputError, type Message, type Snapshot } from '@gridflock/core';
import { makeFolders } from '../files/make-folders.ts';
import { writeFault } from '../files/write-fault.ts';
import type { SnapshotKeeper } from '../transports/live.ts';
import { lockFolder } from './folder-lock.ts';

export interface SnapshotStoreOptions {
  /** What the snapshots belong to, such as the run and a hash of the configuration: a folder of another owner is refused. */
  readonly owner: string;
  /**
   * Waits after every snapshot until the disk has it (fdatasync). Needed only against a machine that loses power: what a killed
   * process has written, the system still has.
   */
  readonly fsync?: boolean | undefined;
}

/** What keeping snapshots has cost so far. */
export interface SnapshotCost {
  readonly kept_count: number;
  readonly written_bytes: number;
  readonly time_ms: number;
}

/** Snapshots stay at home, so what brokers take is no limit. */
const size_max_count = 1 << 30;
/** The log is rewritten when it has grown by this and by four times what is alive in it. */
const growth_bytes = 4 << 20;
/** Behind veils there are keys among them. */
const ownerOnly_mode = 0o600;
const prefix_count = 12;
const ownerKind = 'owner';
const snapshotKind = 'snapshot';

/**
 * The last snapshot of every agent of a process, in a folder of its own that only one process uses at a time.
 *
 * It is a log: each record is a length, its complement and a CRC-32 (u32 each) and an envelope of version 1 (`from`: the agent; the first record says
 * whom the log belongs to). One write appends a record; where a process was killed in the middle of it, the record is short,
 * nothing that the role said with it has left, and the one before it counts. A record that is complete and does not fit its
 * checksum is damage and is refused. From time to time the log is written anew with the last record of each agent, whole or not at
 * all, and takes the place of the old one.
 * @throws {InputError} STATE_IN_USE, STATE_FOREIGN, STATE_DAMAGED, OUT_NOT_WRITABLE, OUT_DISK_FULL
 */
export class SnapshotStore implements SnapshotKeeper {
  private readonly folder: string;
  private readonly path: string;
  private readonly options: SnapshotStoreOptions;
  private readonly writer = new EnvelopeWriter(size_max_count);
  /** As they stand in the log. */
  private readonly records = new Map<AgentId, Uint8Array>();
  private readonly snapshots = new Map<AgentId, Snapshot>();
  private readonly unlock: () => void;
  private file = -1;
  private sequence = 0;
  private size_bytes = 0;
  private alive_bytes = 0;
  private kept_count = 0;
  private written_bytes = 0;
  private time_ms = 0;

  constructor(folder: string, options: SnapshotStoreOptions) {
    this.folder = folder;
    this.path = join(folder, 'snapshots.log');
    this.options = options;
    this.trying(() => makeFolders(folder));
    this.unlock = lockFolder(folder);
    try {
      if (existsSync(this.path)) this.read();
      this.trying(() => this.rewrite());
    } catch (error) {
      this.unlock();
      throw error;
    }
  }

  /** Agents that have a snapshot from before. */
  get agents(): readonly AgentId[] {
    return [...this.snapshots.keys()];
  }

  get cost(): SnapshotCost {
    const { kept_count, written_bytes, time_ms } = this;
    return { kept_count, written_bytes, time_ms };
  }

  recall(id: AgentId): Snapshot | undefined {
    return this.snapshots.get(id);
  }

  keep(id: AgentId, snapshot: Snapshot): void {
    const begun_ms = performance.now();
    this.trying(() => this.append(id, snapshot));
    this.kept_count++;
    this.time_ms += performance.now() - begun_ms;
  }

  close(): void {
    if (this.file >= 0) closeSync(this.file);
    this.file = -1;
    this.unlock();
  }

  /** There is nothing left to come back to. */
  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
  }

  private append(id: AgentId, snapshot: Snapshot): void {
    const record = framed(this.writer.write(id, '', { kind: snapshotKind, round: this.sequence++ >>> 0, body: snapshot }));
    this.write(this.file, record);
    if (this.options.fsync) fdatasyncSync(this.file);
    this.alive_bytes += record.length - (this.records.get(id)?.length ?? 0);
    this.records.set(id, record);
    if (this.size_bytes > growth_bytes + 4 * this.alive_bytes) this.rewrite();
  }

  /** One write, but for a disk that is nearly full. */
  private write(file: number, record: Uint8Array): void {
    for (let done = 0; done < record.length; ) done += writeSync(file, record, done);
    this.size_bytes += record.length;
    this.written_bytes += record.length;
  }

  /** A new log with the last record of each agent takes the place of the old one. */
  private rewrite(): void {
    const draft = `${this.path}.new`;
    const file = openSync(draft, 'w', ownerOnly_mode);
    try {
      this.size_bytes = 0;
      const owner: Message = { kind: ownerKind, round: 0, body: { owner: this.options.owner } };
      this.write(file, framed(this.writer.write('', '', owner)));
      for (const record of this.records.values()) this.write(file, record);
      if (this.options.fsync) fsyncSync(file);
      renameSync(draft, this.path);
    } catch (error) {
      closeSync(file);
      throw error;
    }
    if (this.file >= 0) closeSync(this.file);
    this.file = file;
    if (this.options.fsync) this.syncFolder();
  }

  /** A rename is on the disk when its folder is. */
  private syncFolder(): void {
    const folder = openSync(this.folder, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  private read(): void {
    const bytes = readFileSync(this.path);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const reader = new EnvelopeReader(size_max_count);
    let at = 0;
    while (at + prefix_count <= bytes.length) {
      const length = view.getUint32(at, true);
      if (length !== ~view.getUint32(at + 4, true) >>> 0) throw damaged(this.path, at, 'its length does not fit');
      const begin = at + prefix_count;
      const end = begin + length;
      // the process was killed while it wrote this one
      if (end > bytes.length) break;
      const record = bytes.subarray(begin, end);
      const envelope = crc32(record) === view.getUint32(at + 8, true) ? reader.read(record) : 'its checksum does not fit';
      if (typeof envelope === 'string') throw damaged(this.path, at, envelope);
      const { from, message } = envelope;
      if (at === 0) this.checkOwner(message);
      else if (message.kind !== snapshotKind) throw damaged(this.path, at, `it is a "${message.kind.slice(0, 40)}"`);
      else {
        this.snapshots.set(from, message.body);
        this.records.set(from, bytes.subarray(at, end));
        this.sequence = message.round + 1;
      }
      at = end;
    }
    if (at === 0) throw damaged(this.path, 0, 'it is cut off');
    for (const record of this.records.values()) this.alive_bytes += record.length;
  }

  private checkOwner({ kind, body }: Message): void {
    const { owner } = body;
    if (kind === ownerKind && owner === this.options.owner) return;
    throw new InputError({
      code: 'STATE_FOREIGN',
      message: 'The folder holds the snapshots of another run or of another configuration',
      where: this.folder,
      hint: 'Name another folder with --state, or remove this one if nobody needs to come back to it.',
    });
  }

  private trying(action: () => void): void {
    try {
      action();
    } catch (error) {
      throw writeFault(error, this.path);
    }
  }
}

function framed(envelope: Uint8Array): Uint8Array {
  const record = new Uint8Array(prefix_count + envelope.length);
  const prefix = new DataView(record.buffer);
  prefix.setUint32(0, envelope.length, true);
  prefix.setUint32(4, ~envelope.length >>> 0, true);
  prefix.setUint32(8, crc32(envelope), true);
  record.set(envelope, prefix_count);
  return record;
}

const damaged = (path: string, at: number, why: string): InputError =>
  new InputError({
    code: 'STATE_DAMAGED',
    message: `The record at byte ${at} of the snapshots cannot be read: ${why}`,
    where: path,
    hint: 'This agent cannot come back into its run: remove the folder and start the run anew. A copy of the folder may be put back only if nothing was said since it was made: behind veils an older one would show what is hidden.',
  });
