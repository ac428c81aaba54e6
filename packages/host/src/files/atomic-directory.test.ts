import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '@gridflock/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAtomicDirectory } from './atomic-directory.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gridflock-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const marks = ['result.json'];
const open = (name: string, force = false) => openAtomicDirectory(join(root, name), { force, marks });
const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return 'no error';
};

describe('a folder that appears whole', () => {
  it('is not there before commit, and whole after', () => {
    const folder = open('out');
    folder.write('result.json', '{}');
    folder.write('tables/a.csv', ['a,', 'b\n']);
    expect(existsSync(join(root, 'out'))).toBe(false);
    folder.commit();
    expect(readFileSync(join(root, 'out/tables/a.csv'), 'utf8')).toBe('a,b\n');
    folder.discard();
    expect(readdirSync(root)).toEqual(['out']);
  });

  it('leaves nothing when discarded, parents included', () => {
    const folder = open('a/b/out');
    folder.write('result.json', '{}');
    folder.discard();
    expect(readdirSync(root)).toEqual([]);
  });

  it('leaves nothing when a piece cannot be made', () => {
    const folder = open('out');
    function* broken() {
      yield 'half';
      throw new Error('broken');
    }
    expect(() => folder.write('result.json', broken())).toThrow('broken');
    expect(readdirSync(root)).toEqual([]);
  });

  it('keeps parents that others have filled meanwhile', () => {
    const folder = open('a/out');
    writeFileSync(join(root, 'a/other'), '');
    folder.discard();
    expect(readdirSync(join(root, 'a'))).toEqual(['other']);
  });

  it('takes an empty folder, refuses a full one, replaces its own with force', () => {
    mkdirSync(join(root, 'out'));
    const first = open('out');
    first.write('result.json', 'old');
    first.write('extra', '');
    first.commit();
    expect(codeOf(() => open('out'))).toBe('OUT_EXISTS');
    const second = open('out', true);
    second.write('result.json', 'new');
    expect(readFileSync(join(root, 'out/result.json'), 'utf8')).toBe('old');
    second.commit();
    expect(readdirSync(join(root, 'out'))).toEqual(['result.json']);
    expect(readFileSync(join(root, 'out/result.json'), 'utf8')).toBe('new');
    expect(readdirSync(root)).toEqual(['out']);
  });

  it('never replaces what is not ours', () => {
    mkdirSync(join(root, 'photos'));
    writeFileSync(join(root, 'photos/me.jpg'), '');
    expect(codeOf(() => open('photos', true))).toBe('OUT_NOT_OURS');
    writeFileSync(join(root, 'file'), '');
    expect(codeOf(() => open('file', true))).toBe('OUT_NOT_A_DIRECTORY');
    expect(codeOf(() => open('file/inside'))).toBe('OUT_NOT_WRITABLE');
    expect(codeOf(() => openAtomicDirectory('', { force: true, marks }))).toBe('OUT_NOT_WRITABLE');
    expect(codeOf(() => openAtomicDirectory('.', { force: true, marks }))).toBe('OUT_NOT_OURS');
    expect(codeOf(() => openAtomicDirectory('/', { force: true, marks }))).toBe('OUT_NOT_OURS');
  });

  it('notices a folder that appeared while it worked', () => {
    const folder = open('out');
    folder.write('result.json', '{}');
    mkdirSync(join(root, 'out'));
    writeFileSync(join(root, 'out/theirs'), '');
    expect(codeOf(() => folder.commit())).toBe('OUT_EXISTS');
    expect(readdirSync(root)).toEqual(['out']);
    expect(readdirSync(join(root, 'out'))).toEqual(['theirs']);
  });

  it('follows a link to the folder it replaces', () => {
    mkdirSync(join(root, 'real'));
    writeFileSync(join(root, 'real/result.json'), 'old');
    symlinkSync(join(root, 'real'), join(root, 'link'));
    const folder = open('link', true);
    folder.write('result.json', 'new');
    folder.commit();
    expect(readFileSync(join(root, 'real/result.json'), 'utf8')).toBe('new');
  });

  it('refuses names that lead out of the folder', () => {
    const folder = open('out');
    expect(() => folder.write('../escape', '')).toThrow(/cannot be written/);
    folder.discard();
  });

  it.skipIf(process.getuid?.() === 0)('says so when the folder may not be written (not as root)', () => {
    chmodSync(root, 0o500);
    expect(codeOf(() => open('out'))).toBe('OUT_NOT_WRITABLE');
    chmodSync(root, 0o700);
  });
});
