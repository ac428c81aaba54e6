import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@gridflock/core';
import { writeFault } from './write-fault.ts';

/**
 * Takes a folder for this process alone. A lock whose process was killed does not hold; a process is known by its number and,
 * where the system tells (Linux), by the time of its start, since numbers are given again.
 * @returns the way to give it back
 * @throws {InputError} STATE_IN_USE, OUT_NOT_WRITABLE
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock');
  const own = nameOf(process.pid);
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, own, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFault(error, path);
    }
    const holder = holderOf(path);
    if (attempt > 3 || (holder !== undefined && isAlive(holder))) {
      throw new InputError({
        code: 'STATE_IN_USE',
        message: `The folder is used by another process${holder === undefined ? '' : ` (${holder.split(' ')[0] ?? ''})`}`,
        where: folder,
        hint: `Stop that process first, or name another folder; if there is none, remove ${path}.`,
      });
    }
    if (holder !== undefined) bury(path, holder);
  }
}

/** Takes a dead lock away; of several that find it dead one may have a new one there already, which goes back. */
function bury(path: string, dead: string): void {
  const grave = `${path}.${process.pid}`;
  try {
    renameSync(path, grave);
    if (readFileSync(grave, 'utf8') !== dead) linkSync(grave, path);
  } catch {
    // another one was faster; the next attempt sees what is there now
  }
  rmSync(grave, { force: true });
}

function holderOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isAlive(name: string): boolean {
  const pid = Number(name.split(' ')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return nameOf(pid) === name;
}

/** Number and time of start; after the last bracket the fields of /proc/…/stat are separated by blanks, and the start is the 20th. */
function nameOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return `${pid} `;
  }
}
