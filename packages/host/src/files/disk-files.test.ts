import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diskFiles } from './disk-files.ts';

describe('files that a file points at', () => {
  let folder = '';
  let main = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridflock-files-'));
    main = join(folder, 'Main.dss');
    mkdirSync(join(folder, 'Codes'));
    writeFileSync(main, 'main');
    writeFileSync(join(folder, 'Codes', 'Lines.DSS'), 'lines');
    writeFileSync(join(folder, 'codes.txt'), 'lower');
    writeFileSync(join(folder, 'CODES.TXT'), 'upper');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds names whatever their case and slashes, from the file that names them', () => {
    const files = diskFiles();
    const lines = files.read('codes\\LINES.dss', main);
    expect(lines).toEqual({ name: join(folder, 'Codes', 'Lines.DSS'), text: 'lines' });
    expect(files.read('../main.dss', lines?.name ?? '')).toEqual({ name: main, text: 'main' });
    expect(files.read(join(folder, 'CODES', 'lines.dss'), main)?.text).toBe('lines');
    expect(files.filesRead.map((file) => file.path)).toEqual([join(folder, 'Codes', 'Lines.DSS'), main]);
  });

  it('takes the exact name where several differ in case only', () => {
    expect(diskFiles().read('CODES.TXT', main)?.text).toBe('upper');
    expect(diskFiles().read('codes.txt', main)?.text).toBe('lower');
  });

  it('answers nothing for a file that is not there, and refuses a folder', () => {
    expect(diskFiles().read('none.dss', main)).toBeUndefined();
    expect(() => diskFiles().read('Codes', main)).toThrow(/FILE_IS_DIRECTORY/);
  });

  it.skipIf(process.platform === 'win32')('refuses what never ends', () => {
    expect(() => diskFiles().read('/dev/zero', main)).toThrow(/FILE_NOT_READABLE/);
  });
});
