import { randomBytes } from 'node:crypto';
import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Drafts that exist at the moment, each with the folders made for it; whoever ends the process takes them away. */
const live = new Map<string, readonly string[]>();
let hooked = false;

/**
 * A hidden name beside `target`, so that a rename stays on one disk. It is removed when the process ends, unless kept.
 * @param parents - folders that were made for it, deepest first: removed with it when they are empty
 */
export function temporaryBeside(target: string, parents: readonly string[] = []): string {
  if (!hooked) {
    hooked = true;
    process.on('exit', removeTemporaries);
  }
  sweepAbandoned(target);
  const path = join(dirname(target), `${prefixOf(target)}${process.pid}-${randomBytes(4).toString('hex')}`);
  live.set(path, parents);
  return path;
}

/** The draft has been renamed or removed: forget it. */
export function forgetTemporary(path: string): void {
  live.delete(path);
}

export function removeTemporaries(): void {
  for (const [path, parents] of live) {
    rmSync(path, { recursive: true, force: true });
    removeEmpty(parents);
  }
  live.clear();
}

/** @param folders - deepest first; stops at the first that somebody else uses by now */
export function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/** Where the folder that is being replaced waits until its successor stands. Never swept: it may be the only copy. */
export const asideOf = (target: string): string => join(dirname(target), `${prefixOf(target)}old-${process.pid}`);

const prefixOf = (target: string): string => `.${basename(target)}.gridflock-`;

const abandonedAfter_ms = 3_600_000;

/** Takes away drafts for the same target whose process was killed (kill -9, power cut) more than an hour ago. */
function sweepAbandoned(target: string): void {
  try {
    for (const name of readdirSync(dirname(target))) {
      if (!name.startsWith(prefixOf(target))) continue;
      const path = join(dirname(target), name);
      const pid = Number(/^\d+/.exec(name.slice(prefixOf(target).length))?.[0] ?? process.pid);
      if (!isAlive(pid) && Date.now() - statSync(path).mtimeMs > abandonedAfter_ms) {
        rmSync(path, { recursive: true, force: true });
      }
    }
  } catch {
    // tidying up is a courtesy; the write itself will say what is wrong
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
