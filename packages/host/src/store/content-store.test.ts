import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentStore } from './content-store.ts';

describe('content store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridflock-content-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was put, and keeps the same content once', async () => {
    const store = new ContentStore(folder);
    const name = store.put('a day');
    expect(store.put(Buffer.from('a day'))).toBe(name);
    expect(store.get(name).toString()).toBe('a day');
    const pieces: Buffer[] = [];
    for await (const piece of store.stream(name)) pieces.push(piece as Buffer);
    expect(Buffer.concat(pieces).toString()).toBe('a day');
    expect(readdirSync(join(folder, name.slice(0, 2)))).toEqual([name.slice(2)]);
  });

  it('keeps empty content', () => {
    const store = new ContentStore(folder);
    expect(store.get(store.put('')).length).toBe(0);
  });

  it('takes no name for a path: CONTENT_MISSING', () => {
    const store = new ContentStore(folder);
    for (const name of ['../../etc/passwd', 'ab', 'A'.repeat(64), `${'a'.repeat(63)}/`])
      expect(() => store.get(name)).toThrow('CONTENT_MISSING');
  });

  it('notices that a file has changed: CONTENT_DAMAGED', () => {
    const store = new ContentStore(folder);
    const name = store.put('a day');
    writeFileSync(join(folder, name.slice(0, 2), name.slice(2)), 'a night');
    expect(() => store.get(name)).toThrow('CONTENT_DAMAGED');
  });

  it('says when it cannot write: OUT_NOT_WRITABLE', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => new ContentStore(join(folder, 'file')).put('x')).toThrow('OUT_NOT_WRITABLE');
  });
});
