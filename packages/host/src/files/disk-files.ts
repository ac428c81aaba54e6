import { readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import type { FileSource } from '@gridflock/core';
import { type InputFile, readInputFileSync } from './input-file.ts';

/** Files on disk for readers that point at others, and what was read of them. */
export interface DiskFiles extends FileSource {
  /** Every file that was handed in, in the order of the first reading. */
  readonly filesRead: readonly InputFile[];
}

/**
 * Files beside the one that is read. Names are looked up without regard to upper and lower case, since the files people
 * exchange were written where it does not matter; the exact name wins. Each file is read once.
 *
 * @throws {InputError} from `read`: FILE_NOT_READABLE, FILE_TOO_LARGE, FILE_NOT_TEXT, FILE_IS_DIRECTORY
 */
export function diskFiles(): DiskFiles {
  const files = new Map<string, InputFile>();
  const listings = new Map<string, readonly string[]>();
  const namesIn = (folder: string): readonly string[] => {
    let names = listings.get(folder);
    if (names === undefined) {
      names = namesOnDisk(folder);
      listings.set(folder, names);
    }
    return names;
  };
  return {
    get filesRead() {
      return [...files.values()];
    },
    read(path, from) {
      const name = found(path.replaceAll('\\', '/'), dirname(from), namesIn);
      if (name === undefined) return undefined;
      let file = files.get(name);
      if (file === undefined) {
        file = readInputFileSync(name);
        files.set(name, file);
      }
      return { name, text: file.text };
    },
  };
}

/** The path as it stands on the disk, folder by folder. */
function found(path: string, folder: string, namesIn: (folder: string) => readonly string[]): string | undefined {
  let at = posix.isAbsolute(path) ? '/' : folder;
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..') {
      at = join(at, '..');
      continue;
    }
    const names = namesIn(at);
    const name = names.includes(step) ? step : names.find((each) => each.toLowerCase() === step.toLowerCase());
    if (name === undefined) return undefined;
    at = join(at, name);
  }
  return at;
}

function namesOnDisk(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
