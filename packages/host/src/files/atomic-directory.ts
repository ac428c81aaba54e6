import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { BugError, InputError } from '@gridflock/core';
import { makeFolders } from './make-folders.ts';
import { asideOf, forgetTemporary, removeEmpty, temporaryBeside } from './temporary-paths.ts';
import { writeFault } from './write-fault.ts';

/** A folder that appears whole or not at all: files go to a hidden sibling, `commit` renames it into place. */
export interface AtomicDirectory {
  /** As the user wrote it. */
  readonly path: string;
  write(name: string, content: string | Iterable<string>): void;
  /** Writes on at the end of a file, for what is too long to be made at once. */
  append(name: string, piece: string | Uint8Array): void;
  commit(): void;
  /** Leaves everything as it was. Does nothing after `commit`. */
  discard(): void;
}

export interface AtomicDirectoryOptions {
  /** Replace a folder that gridflock wrote before. */
  readonly force: boolean;
  /** A folder may be replaced when it holds one of these files: proof that it is ours. */
  readonly marks: readonly string[];
}

/**
 * Checks at once that the folder can be written, so that nobody computes for an hour in vain.
 *
 * @throws {InputError} OUT_EXISTS, OUT_NOT_A_DIRECTORY, OUT_NOT_OURS, OUT_NOT_WRITABLE, OUT_DISK_FULL
 */
export function openAtomicDirectory(path: string, options: AtomicDirectoryOptions): AtomicDirectory {
  if (path === '' || path.includes('\0')) {
    throw new InputError({ code: 'OUT_NOT_WRITABLE', message: 'The name of the output folder is empty', where: '--out' });
  }
  const target = existsSync(path) ? realpathSync(path) : resolve(path);
  checkTarget(path, target, options);
  const parents = makeFolder(path, dirname(target));
  const draft = temporaryBeside(target, parents);
  try {
    mkdirSync(draft);
  } catch (error) {
    forgetTemporary(draft);
    removeEmpty(parents);
    throw writeFault(error, path);
  }

  let open = true;
  const discard = () => {
    if (!open) return;
    open = false;
    rmSync(draft, { recursive: true, force: true });
    forgetTemporary(draft);
    removeEmpty(parents);
  };
  const into = (name: string, write: (file: string) => void): void => {
    const file = join(draft, name);
    if (!open || !file.startsWith(draft + sep)) {
      throw new BugError({ code: 'OUT_WRITE_MISUSED', message: `"${name}" cannot be written to ${path}` });
    }
    try {
      mkdirSync(dirname(file), { recursive: true });
      write(file);
    } catch (error) {
      discard();
      throw writeFault(error, join(path, name));
    }
  };
  return {
    path,
    discard,
    write(name, content) {
      into(name, (file) => {
        writeFileSync(file, '');
        for (const piece of typeof content === 'string' ? [content] : batched(content)) {
          writeFileSync(file, piece, { flag: 'a' });
        }
      });
    },
    append(name, piece) {
      into(name, (file) => writeFileSync(file, piece, { flag: 'a' }));
    },
    commit() {
      try {
        checkTarget(path, target, options);
        replaceWith(draft, target);
      } catch (error) {
        discard();
        throw error instanceof InputError ? error : writeFault(error, path);
      }
      open = false;
      forgetTemporary(draft);
    },
  };
}

function checkTarget(path: string, target: string, { force, marks }: AtomicDirectoryOptions): void {
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory()) {
    throw new InputError({
      code: 'OUT_NOT_A_DIRECTORY',
      message: `"${path}" is a file: expected a folder to write, or a name that is free`,
      where: '--out',
    });
  }
  const names = readdirSync(target);
  const standing = process.cwd() === target || process.cwd().startsWith(target === parse(target).root ? target : target + sep);
  if (standing || target === homedir()) {
    throw new InputError({
      code: 'OUT_NOT_OURS',
      message: `"${path}" is ${standing ? 'the folder you stand in, or one around it' : 'your home'}: it is never replaced`,
      where: '--out',
      hint: 'Name a new folder, such as --out out/run-1.',
    });
  }
  if (names.length === 0) return;
  if (!force) {
    throw new InputError({
      code: 'OUT_EXISTS',
      message: `Folder "${path}" exists and is not empty`,
      where: '--out',
      hint: 'Choose another name, or add --force to replace it.',
    });
  }
  if (!marks.some((mark) => names.includes(mark))) {
    throw new InputError({
      code: 'OUT_NOT_OURS',
      message: `Folder "${path}" was not written by gridflock: it holds none of ${marks.join(', ')}`,
      where: '--out',
      hint: '--force replaces only earlier results. Remove the folder yourself, or choose another name.',
    });
  }
}

/** The old folder goes away only after the new one stands; if the new one cannot be put in place, the old one returns. */
function replaceWith(draft: string, target: string): void {
  if (!existsSync(target)) {
    renameSync(draft, target);
    return;
  }
  const old = asideOf(target);
  renameSync(target, old);
  try {
    renameSync(draft, target);
  } catch (error) {
    renameSync(old, target);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Makes a folder with its parents and names those that were new, deepest first. */
function makeFolder(path: string, folder: string): string[] {
  try {
    return makeFolders(folder);
  } catch (error) {
    throw writeFault(error, path);
  }
}

/** Joins small pieces, so that a long table is not written row by row. */
function* batched(pieces: Iterable<string>): Generator<string> {
  let batch = '';
  for (const piece of pieces) {
    batch += piece;
    if (batch.length > 1 << 20) {
      yield batch;
      batch = '';
    }
  }
  yield batch;
}
