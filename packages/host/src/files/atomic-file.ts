import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '@gridflock/core';
import { makeFolders } from './make-folders.ts';
import { forgetTemporary, temporaryBeside } from './temporary-paths.ts';
import { writeFault } from './write-fault.ts';

/** @throws {InputError} OUT_EXISTS when the file exists and may not be replaced, OUT_NOT_A_FILE */
export function checkFileTarget(path: string, force: boolean): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isFile()) {
    throw new InputError({
      code: 'OUT_NOT_A_FILE',
      message: `"${path}" is ${statSync(path).isDirectory() ? 'a folder' : 'a special file'}: expected the name of a file to write`,
      where: path,
    });
  }
  if (!force) {
    throw new InputError({
      code: 'OUT_EXISTS',
      message: `File "${path}" exists`,
      where: path,
      hint: 'Choose another name, or add --force to replace it.',
    });
  }
}

/** Writes a file that appears whole or not at all. @throws {InputError} OUT_EXISTS, OUT_NOT_WRITABLE, OUT_DISK_FULL */
export function writeAtomicFile(path: string, content: string, force: boolean): void {
  checkFileTarget(path, force);
  let draft: string | undefined;
  try {
    makeFolders(dirname(resolve(path)));
    draft = temporaryBeside(resolve(path));
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true });
    throw writeFault(error, path);
  } finally {
    if (draft !== undefined) forgetTemporary(draft);
  }
}
