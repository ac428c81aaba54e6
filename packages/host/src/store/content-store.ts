import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '@gridflock/core';
import { forgetTemporary, temporaryBeside } from '../files/temporary-paths.ts';
import { writeFault } from '../files/write-fault.ts';

/**
 * Files by the hash of what is in them: `ab/cdef…` below a folder. The same content lies there once, and a file is there whole or not at all.
 * Nothing is ever changed; a name that a caller hands in is checked before it becomes a path.
 */
export class ContentStore {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Stores content, on the disk before it returns. @returns its name, the SHA-256 in hex. @throws {InputError} OUT_DISK_FULL, OUT_NOT_WRITABLE */
  put(content: Uint8Array | string): string {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const name = createHash('sha256').update(bytes).digest('hex');
    const path = this.pathOf(name);
    if (existsSync(path)) return name;
    let draft: string | undefined;
    try {
      mkdirSync(join(this.folder, name.slice(0, 2)), { recursive: true });
      draft = temporaryBeside(path);
      const file = openSync(draft, 'wx');
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
    } catch (error) {
      if (draft !== undefined) rmSync(draft, { force: true });
      throw writeFault(error, path);
    } finally {
      if (draft !== undefined) forgetTemporary(draft);
    }
    return name;
  }

  /** The content, held against its name. @throws {InputError} CONTENT_MISSING, CONTENT_DAMAGED */
  get(name: string): Buffer {
    const bytes = readFileSync(this.existing(name));
    if (createHash('sha256').update(bytes).digest('hex') === name) return bytes;
    throw new InputError({
      code: 'CONTENT_DAMAGED',
      message: `The stored file ${name.slice(0, 12)}… is not what it was`,
      where: this.pathOf(name),
      hint: 'Restore it from a backup, or run the study again.',
    });
  }

  /** The content as a stream, for large files; not held against its name. @throws {InputError} CONTENT_MISSING */
  stream(name: string): Readable {
    return createReadStream(this.existing(name));
  }

  private existing(name: string): string {
    const path = /^[0-9a-f]{64}$/.test(name) ? this.pathOf(name) : undefined;
    if (path !== undefined && existsSync(path)) return path;
    throw new InputError({
      code: 'CONTENT_MISSING',
      message: `There is no stored file ${JSON.stringify(name.slice(0, 80))}`,
      hint: 'Take a name that the store gave.',
    });
  }

  private pathOf(name: string): string {
    return join(this.folder, name.slice(0, 2), name.slice(2));
  }
}
