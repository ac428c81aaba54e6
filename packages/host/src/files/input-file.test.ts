import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@gridflock/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInputFile, sha256Of } from './input-file.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'gridflock-files-'));
  mkdirSync(join(root, 'folder'));
  writeFileSync(join(root, 'feeder.m'), 'mpc');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string, content?: string | Uint8Array): string => {
  if (content !== undefined) writeFileSync(join(root, name), content);
  return join(root, name);
};
const errorOf = async (path: string, options = {}): Promise<InputError> => {
  try {
    await readInputFile(path, options);
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('reading a text file', () => {
  it('gives its text without a byte-order mark, and the hash of its bytes', async () => {
    const file = await readInputFile(at('bom.txt', '\ufeffä\n'));
    expect(file.text).toBe('ä\n');
    expect(file.sha256).toBe(sha256Of(Buffer.from('\ufeffä\n')));
    // echo -n abc | sha256sum
    expect(sha256Of('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('reads a file of many chunks, with characters across their borders', async () => {
    const text = 'ä€😀x'.repeat(400_000);
    expect((await readInputFile(at('long.txt', text))).text === text).toBe(true);
  });

  it.each([
    ['missing.m', 'FILE_NOT_FOUND', '', undefined],
    ['feedr.m', 'FILE_NOT_FOUND', 'feeder.m', undefined],
    ['no/such', 'FILE_NOT_FOUND', 'folder', undefined],
    ['feeder.m/x', 'FILE_NOT_FOUND', '', undefined],
    ['folder', 'FILE_IS_DIRECTORY', '', undefined],
    ['big.txt', 'FILE_TOO_LARGE', '', 'x'.repeat(1001)],
    ['nul.txt', 'FILE_NOT_TEXT', 'binary', 'a\nb\0c'],
    ['latin1.txt', 'FILE_NOT_TEXT', 'iconv', Uint8Array.of(0x61, 0x0a, 0xe4, 0x62)],
    ['cut.txt', 'FILE_NOT_TEXT', 'iconv', Uint8Array.of(0x61, 0xe2, 0x82)],
    ['zip.txt', 'FILE_NOT_TEXT', 'CSV', Uint8Array.of(0x50, 0x4b, 3, 4)],
    ['utf16.txt', 'FILE_NOT_TEXT', 'UTF-8', Uint8Array.of(0xff, 0xfe, 0x61, 0)],
  ])('%s: %s %s', async (name, code, hint, content) => {
    const error = await errorOf(at(name, content), { bytes_max_count: 1000 });
    expect(error.code).toBe(code);
    expect(error.hint ?? '').toContain(hint);
  });

  it('says where the first bad byte is', async () => {
    const error = await errorOf(at('latin1.txt', Uint8Array.of(0x61, 0x0a, 0xe4, 0x62)));
    expect(error.where).toMatch(/latin1\.txt:2$/);
    expect(error.what).toContain('byte 3 (0xe4)');
    expect((await errorOf(at('cut.txt'))).what).toContain('byte 2 (0xe2)');
  });

  it('stops at the limit in a file without an end', async () => {
    expect((await errorOf('/dev/zero', { bytes_max_count: 5_000_000 })).code).toBe('FILE_TOO_LARGE');
  });

  it('takes any bytes without any other error (property)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const path = at('fuzz.txt', bytes);
        try {
          const { text } = await readInputFile(path);
          expect(Buffer.from(text)).toEqual(Buffer.from(bytes.slice(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0)));
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 200 },
    );
  });
});
