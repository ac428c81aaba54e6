import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, CombinationError, catalog, InputError, nearestName, readBuiltIn, readNetwork } from '@gridflock/core';
import { type DiskFiles, diskFiles } from './disk-files.ts';
import { type InputFile, readInputFile, sha256Of } from './input-file.ts';

/** A network with the place it came from. */
export interface NetworkSource {
  readonly case: Case;
  /** A file or folder as the user wrote it, or the name of a built-in network. */
  readonly path: string;
  /** Of the file; where it is made of several, of the list of their own sums in the order of reading. */
  readonly sha256: string | undefined;
}

export interface NetworkSourceOptions {
  /** Name of a format, instead of looking at the content. */
  readonly format?: string | undefined;
  /** Refuse what was not understood in full. */
  readonly strict?: boolean;
  /** A named state of the grid, for formats that hold some. */
  readonly studyCase?: string | undefined;
}

/**
 * Reads a file with all that it points at, a folder of tables, or a built-in network by its name. A bare name means the
 * built-in one; `./name` is always a file.
 *
 * @throws {InputError} NETWORK_NOT_FOUND, NETWORK_ELEMENTS_DROPPED, FORMAT_UNKNOWN, and those of the readers
 * @throws {CombinationError} FORMAT_NO_STUDY_CASES
 */
export async function readNetworkSource(name: string, options: NetworkSourceOptions = {}): Promise<NetworkSource> {
  const builtIn = catalog.networks.find((network) => network.name === name);
  if (builtIn && options.format === undefined) {
    if (options.studyCase !== undefined) throw withoutStudyCases(name);
    return { case: strictly(readBuiltIn(builtIn), name, options), path: name, sha256: undefined };
  }
  if (!existsSync(name) && !/[/\\.]/.test(name)) throw notFound(name);
  const entry = folderEntry(name, options.format);
  const file = await readInputFile(entry.path);
  const files = diskFiles();
  const value = readNetwork(
    file.text,
    { fileName: entry.path, format: entry.format, files, studyCase: options.studyCase },
    catalog.formats,
  );
  return { case: strictly(value, name, options), path: name, sha256: sumOf(file, files) };
}

/** How a command asks for its network: `--format`, `--study-case`, `--strict`. */
export function networkOptions(options: Readonly<Record<string, unknown>>): NetworkSourceOptions {
  const text = (name: string): string | undefined => options[name] as string | undefined;
  return { format: text('format'), studyCase: text('studyCase'), strict: options['strict'] === true };
}

const withoutStudyCases = (name: string): CombinationError =>
  new CombinationError({
    code: 'FORMAT_NO_STUDY_CASES',
    message: `The built-in network "${name}" has no study cases`,
    where: '--study-case',
    hint: 'Leave it out; folders of SimBench have study cases.',
  });

/** The file to start with: the path itself, or the one that a format names where the path is a folder of its tables. */
function folderEntry(path: string, format: string | undefined): { readonly path: string; readonly format: string | undefined } {
  const names = namesInFolder(path);
  if (names !== undefined) {
    for (const each of catalog.formats) {
      const entry = format === undefined || format === each.name ? each.folderEntry?.(names) : undefined;
      if (entry !== undefined) return { path: join(path, entry), format: each.name };
    }
  }
  return { path, format };
}

function namesInFolder(path: string): readonly string[] | undefined {
  try {
    return statSync(path).isDirectory() ? readdirSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function sumOf(file: InputFile, { filesRead }: DiskFiles): string {
  return filesRead.length === 0 ? file.sha256 : sha256Of([file, ...filesRead].map((each) => each.sha256).join('\n'));
}

function notFound(name: string): InputError {
  const names = catalog.networks.map((network) => network.name);
  const near = nearestName(name, names) ?? similarFile(name);
  const known = names.length <= 30 ? ` Built-in networks: ${names.join(', ')}.` : ' See `gridflock list networks`.';
  return new InputError({
    code: 'NETWORK_NOT_FOUND',
    message: `Network "${name.slice(0, 200)}" is neither a built-in network nor a file`,
    hint: `${near === undefined ? '' : `Did you mean "${near}"?`}${known}`.trim(),
  });
}

/** The file beside the name that it may mean, with or without its ending: `feedr` finds `feeder.m`. */
function similarFile(name: string): string | undefined {
  try {
    const files = readdirSync('.').filter((file) => !file.startsWith('.'));
    const stems = new Map(files.map((file) => [file.replace(/\.\w+$/, ''), file]));
    return nearestName(name, files) ?? stems.get(nearestName(name, stems.keys()) ?? '');
  } catch {
    return undefined;
  }
}

const shownDropped = 5;

function strictly(value: Case, path: string, { strict }: NetworkSourceOptions): Case {
  const { dropped } = value;
  if (strict !== true || dropped.length === 0) return value;
  const some = dropped.slice(0, shownDropped).map((each) => `${each.element}: ${each.reason}`);
  const rest = dropped.length > shownDropped ? `; and ${dropped.length - shownDropped} more` : '';
  throw new InputError({
    code: 'NETWORK_ELEMENTS_DROPPED',
    message: `${dropped.length} ${dropped.length === 1 ? 'element' : 'elements'} of "${path}" could not be carried over: ${some.join('; ')}${rest}`,
    where: dropped[0]?.where,
    hint: 'Remove them from the file, or leave out --strict to go on without them.',
  });
}
