import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder with its parents and names those that were new, deepest first. When one cannot be made, none stays.
 *
 * Node's own `recursive` never returns where the system says that a folder is missing and refuses to make it, as /proc
 * does (seen with Node 20.20).
 */
export function makeFolders(folder: string): string[] {
  const missing: string[] = [];
  for (let at = folder; !existsSync(at); at = dirname(at)) missing.push(at);
  const made: string[] = [];
  try {
    for (const each of missing.reverse()) {
      mkdirSync(each);
      made.unshift(each);
    }
  } catch (error) {
    for (const each of made) rmdirSync(each);
    throw error;
  }
  return made;
}
