import { stat } from 'node:fs/promises';
import { GridflockError, InputError } from '@gridflock/core';
import { type InputFile, readInputFile } from '../files/input-file.ts';

const size_max_bytes = 64 << 20;

/** What all lists of an operator have: a number that grows with every new version. */
export interface Numbered {
  readonly serial: number;
}

/**
 * A signed list in a file that its operator may replace. A new version comes into force when it is read without fault and its serial
 * number has grown; whatever else becomes of the file, what was in force stays so.
 */
export class WatchedList<T extends Numbered> {
  readonly path: string;
  private readonly read: (text: string) => T;
  private inForce: T;
  private digest: string;
  /** What the file looked like when it was read last, so that nothing is read or told twice. */
  private look: string;

  private constructor(path: string, read: (text: string) => T, first: T, digest: string, look: string) {
    this.path = path;
    this.read = read;
    this.inForce = first;
    this.digest = digest;
    this.look = look;
  }

  /** @throws {InputError} as `readInputFile`, and whatever `read` throws */
  static async open<T extends Numbered>(path: string, read: (text: string) => T): Promise<WatchedList<T>> {
    const look = await lookOf(path);
    const { text, sha256 } = await contentOf(path);
    return new WatchedList(path, read, read(text), sha256, look);
  }

  get current(): T {
    return this.inForce;
  }

  /** Looks whether there is a new version. @returns a sentence about what was taken up, or was not and why; undefined: nothing is new */
  async refresh(): Promise<string | undefined> {
    const look = await lookOf(this.path);
    if (look === this.look) return undefined;
    this.look = look;
    try {
      const { text, sha256 } = await contentOf(this.path);
      if (sha256 === this.digest) return undefined;
      const next = this.read(text);
      if (next.serial <= this.inForce.serial) throw outdated(this.path, next.serial, this.inForce.serial);
      this.inForce = next;
      this.digest = sha256;
      return `${this.path}: version ${next.serial} is in force`;
    } catch (error) {
      const why = error instanceof GridflockError ? error.message : String(error);
      return `${this.path}: version ${this.inForce.serial} stays in force. ${why}`;
    }
  }
}

const contentOf = (path: string): Promise<InputFile> => readInputFile(path, { bytes_max_count: size_max_bytes });

async function lookOf(path: string): Promise<string> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts === undefined ? 'absent' : `${facts.ino} ${facts.size} ${facts.mtimeNs}`;
}

const outdated = (where: string, serial: number, current: number): InputError =>
  new InputError({
    code: 'ENROLMENT_OUTDATED',
    message: `Version ${serial} of the list is not newer than version ${current}, which is in force`,
    where,
    hint: 'Give the list a larger serial number, and sign it again.',
  });
