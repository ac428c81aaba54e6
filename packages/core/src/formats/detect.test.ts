import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { NetworkFormat } from './contract.ts';
import { detectFormat, readNetwork } from './detect.ts';
import { gridflockFormat } from './gridflock/format.ts';
import { matpowerFormat } from './matpower/format.ts';

const formats: readonly NetworkFormat[] = [matpowerFormat, gridflockFormat];
const ours = 'gridflock: network/1\nname: x\n';
const theirs = "% a case\nfunction mpc = x\nmpc.version = '2';\n";
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).where).toBeTruthy();
    return (error as InputError).code;
  }
  return 'none';
};

describe('detectFormat', () => {
  it('believes the content before the ending', () => {
    expect(detectFormat(ours, { fileName: 'x.m' }, formats).name).toBe('gridflock');
    expect(detectFormat(theirs, { fileName: 'x.yaml' }, formats).name).toBe('matpower');
    expect(detectFormat('a = 1', { fileName: 'x.M' }, formats).name).toBe('matpower');
    expect(detectFormat('name: x', { fileName: 'dir.m/x.yml' }, formats).name).toBe('gridflock');
    expect(detectFormat(ours, { fileName: 'x', format: 'matpower' }, formats).name).toBe('matpower');
  });

  it('says what it looked for', () => {
    expect(codeOf(() => readNetwork('hello', { fileName: 'x.txt' }, formats))).toBe('FORMAT_UNKNOWN');
    expect(() => readNetwork('hello', { fileName: 'x.txt' }, formats)).toThrow(/matpower \(\.m\); gridflock \(\.yaml, \.yml, \.json\)/);
    expect(() => readNetwork(ours, { fileName: 'x', format: 'matpwer' }, formats)).toThrow('Did you mean "matpower"?');
    expect(codeOf(() => readNetwork('', { fileName: 'x.m' }, formats))).toBe('FORMAT_EMPTY');
    expect(codeOf(() => readNetwork(ours, { fileName: 'x.m' }, formats))).toBe('NETWORK_KEY_MISSING');
  });
});
