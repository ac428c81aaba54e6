import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { didYouMean, InputError, nearestName } from '@gridflock/core';

/** A text file as it was read, with what a result needs to say about it. */
export interface InputFile {
  /** As the user wrote it. */
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
}

export interface InputFileOptions {
  /** Larger files are refused before they fill the memory. Default 256 MB. */
  readonly bytes_max_count?: number;
  /** Where to open it, when that is not `path` itself. */
  readonly from?: string;
}

const bytesMaxDefault = 256 * 1024 * 1024;
const chunkSize = 1024 * 1024;

/**
 * Reads a UTF-8 text file whole. Pipes such as `/dev/stdin` and `<(…)` are read too.
 *
 * @throws {InputError} FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_NOT_READABLE, FILE_TOO_LARGE, FILE_NOT_TEXT
 */
export async function readInputFile(path: string, options: InputFileOptions = {}): Promise<InputFile> {
  const bytes = await readBytes(path, options.from ?? path, options.bytes_max_count ?? bytesMaxDefault);
  const sha256 = sha256Of(bytes);
  return { path, text: textOf(bytes, path), sha256 };
}

/**
 * Reads a UTF-8 text file that is known to be there, in one go: for readers that ask for a file in the middle of another.
 *
 * @throws {InputError} FILE_IS_DIRECTORY, FILE_NOT_READABLE, FILE_TOO_LARGE, FILE_NOT_TEXT
 */
export function readInputFileSync(path: string): InputFile {
  let bytes: Uint8Array;
  try {
    const facts = statSync(path);
    if (facts.isDirectory()) throw isDirectory(path, undefined);
    // a device or a pipe may never end, and nothing else runs meanwhile
    if (!facts.isFile()) throw noFile(path);
    if (facts.size > bytesMaxDefault) throw tooLarge(path, bytesMaxDefault, facts.size);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw notReadable(path, error);
  }
  return { path, text: textOf(bytes, path), sha256: sha256Of(bytes) };
}

export const sha256Of = (content: Uint8Array | string): string => createHash('sha256').update(content).digest('hex');

async function readBytes(path: string, from: string, bytesMax: number): Promise<Uint8Array> {
  if (path === '' || path.includes('\0')) {
    throw new InputError({ code: 'FILE_NOT_FOUND', message: 'The name of an input file is empty or not a name' });
  }
  try {
    const facts = await stat(from);
    if (facts.isDirectory()) throw isDirectory(path, await fileInside(from));
    if (facts.isFile() && facts.size > bytesMax) throw tooLarge(path, bytesMax, facts.size);
    const handle = await open(from, 'r');
    try {
      const chunks: Uint8Array[] = [];
      let total = 0;
      for (;;) {
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, null);
        if (bytesRead === 0) return Buffer.concat(chunks, total);
        total += bytesRead;
        if (total > bytesMax) throw tooLarge(path, bytesMax, undefined);
        chunks.push(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') {
      throw new InputError({
        code: 'FILE_NOT_FOUND',
        message: `File "${shown(path)}" does not exist`,
        hint: await nearbyFile(path, from),
      });
    }
    throw notReadable(path, error);
  }
}

const isDirectory = (path: string, hint: string | undefined): InputError =>
  new InputError({
    code: 'FILE_IS_DIRECTORY',
    message: `"${path}" is a folder: expected a file`,
    where: path,
    hint: hint ?? 'Name a file inside it.',
  });

const noFile = (path: string): InputError =>
  new InputError({
    code: 'FILE_NOT_READABLE',
    message: `"${shown(path)}" is no file but a device, pipe or socket`,
    where: path,
    hint: 'Save what it gives as a file, and name that.',
  });

function notReadable(path: string, error: unknown): InputError {
  const code = (error as NodeJS.ErrnoException).code;
  return new InputError({
    code: 'FILE_NOT_READABLE',
    message: `File "${path}" cannot be read: ${code ?? (error as Error).message}`,
    where: path,
    hint: code === 'EACCES' || code === 'EPERM' ? 'Check who may read it.' : undefined,
  });
}

/** What the user may have meant: a file with a similar name beside it, or the folder that is missing. */
export async function nearbyFile(path: string, from: string): Promise<string | undefined> {
  const folder = dirname(from);
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return `Its folder "${shown(dirname(path))}" does not exist either.`;
  }
  const near = nearestName(basename(path), names);
  if (near === undefined) return undefined;
  return `Did you mean "${dirname(path) === '.' && !path.startsWith('.') ? near : `${dirname(path)}/${near}`}"?`;
}

async function fileInside(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(m|ya?ml|json|dss|csv)$/i.test(name));
  return names.length > 0 && names.length <= 8 ? didYouMean(' '.repeat(65), names)?.replace('Known', 'In it') : undefined;
}

const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

function tooLarge(path: string, bytesMax: number, size: number | undefined): InputError {
  const inMB = (count: number) => `${Math.round(count / 1024 / 1024)} MB`;
  return new InputError({
    code: 'FILE_TOO_LARGE',
    message: `File "${path}" is too large: expected at most ${inMB(bytesMax)}, got ${size === undefined ? 'more' : inMB(size)}`,
    where: path,
    hint: 'Split it, or check that it is the file you mean.',
  });
}

const magics: readonly (readonly [name: string, cure: string, ...bytes: number[]])[] = [
  ['a gzip archive', 'Unpack it first (gunzip).', 0x1f, 0x8b],
  ['a zip archive or a spreadsheet', 'Unpack it, or export it as CSV.', 0x50, 0x4b, 0x03, 0x04],
  ['a PDF', 'Name the data file instead.', 0x25, 0x50, 0x44, 0x46, 0x2d],
  ['UTF-16 text', 'Save it as UTF-8.', 0xff, 0xfe],
  ['UTF-16 text', 'Save it as UTF-8.', 0xfe, 0xff],
  ['an HDF5 or MATLAB 7.3 file', 'Save the case as a .m file.', 0x89, 0x48, 0x44, 0x46],
];

/** Bytes to text, without a byte-order mark. */
function textOf(bytes: Uint8Array, path: string): string {
  const magic = magics.find(([, , ...start]) => start.every((byte, k) => bytes[k] === byte));
  if (magic) throw notText(path, path, `it is ${magic[0]}`, magic[1]);
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw notText(path, `${path}:${lineOf(bytes, nul)}`, `byte ${nul + 1} is NUL`, 'It looks like a binary file.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = firstInvalid(bytes);
    const byte = `0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
    throw notText(
      path,
      `${path}:${lineOf(bytes, at)}`,
      `byte ${at + 1} (${byte}) is not valid there`,
      'If it is in another encoding, convert it: iconv -f latin1 -t utf-8.',
    );
  }
}

const notText = (path: string, where: string, reason: string, hint: string): InputError =>
  new InputError({
    code: 'FILE_NOT_TEXT',
    message: `File "${path}" is not UTF-8 text: ${reason}`,
    where,
    hint,
  });

function lineOf(bytes: Uint8Array, at: number): number {
  let line = 1;
  for (let k = 0; k < at; k++) if (bytes[k] === 10) line++;
  return line;
}

/** Position of the first byte that starts no valid sequence: by halving, as decoding is fast. */
function firstInvalid(bytes: Uint8Array): number {
  const valid = (end: number): boolean => {
    try {
      // `stream` lets a sequence be cut at the end
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (valid(middle)) low = middle;
    else high = middle - 1;
  }
  // what starts a sequence that does not go on stands up to three bytes before
  for (let back = 1; back <= 3 && back <= low; back++) {
    const byte = bytes[low - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? low - back : low;
  }
  return low;
}
