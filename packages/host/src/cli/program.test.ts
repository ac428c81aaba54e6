import { describe, expect, it } from 'vitest';
import { errorTable } from './error-table.ts';
import { readCommandLine, type Task } from './program.ts';

const taskOf = (line: string): Task => {
  const request = readCommandLine(line.split(' '), '1.2.3');
  if ('task' in request) return request.task;
  throw new Error('no task');
};
const faultOf = (line: string): string => {
  try {
    readCommandLine(line.split(' '), '1.2.3');
  } catch (error) {
    return (error as Error).message;
  }
  return 'understood';
};

describe('the command line', () => {
  it('takes global options before and after the command', () => {
    for (const line of ['--json --seed 7 powerflow ieee33', 'powerflow ieee33 --json --seed 7', 'powerflow --seed=7 ieee33 --json']) {
      expect(taskOf(line)).toMatchObject({ name: 'powerflow', operands: ['ieee33'], options: { json: true, seed: '7' } });
    }
    expect(taskOf('new study negotiate --network ieee69')).toMatchObject({
      name: 'new study',
      operands: ['negotiate'],
      options: { network: 'ieee69' },
    });
    expect(taskOf('compare a b c').operands).toEqual(['a', 'b', 'c']);
    expect(taskOf('powerflow x --enforce-q-limits').options).toMatchObject({ enforceQLimits: true });
  });

  it('prints help and version as a text', () => {
    expect(readCommandLine(['--version'], '1.2.3')).toEqual({ text: '1.2.3\n', kind: 'version' });
    for (const line of [['--help'], ['help', 'run'], ['run', '--help'], [], ['new'], ['config']]) {
      expect(readCommandLine(line, '1.2.3')).toMatchObject({ kind: 'help', text: expect.stringContaining('Usage: gridflock') });
    }
  });

  it.each([
    ['powerflw x', /Command "powerflw".*Did you mean "powerflow"\? There are: run.*CLI_UNKNOWN_COMMAND/],
    ['optimise x', /There are.*CLI_UNKNOWN_COMMAND/],
    ['config shw', /Command "config shw".*Did you mean "show"/],
    ['powerflow x --metod newton', /"--metod".*gridflock powerflow.*"--method".*CLI_UNKNOWN_OPTION/],
    ['powerflow', /NETWORK is missing.*CLI_MISSING_ARGUMENT/],
    ['powerflow x y', /CLI_TOO_MANY_ARGUMENTS/],
    ['powerflow x --out', /CLI_MISSING_VALUE/],
    ['powerflow x --out --json', /"--out" needs a value.*"--json".*CLI_MISSING_VALUE/],
  ])('%s: says what is wrong', (line, message) => {
    expect(faultOf(line)).toMatch(message);
  });
});

it('every code of the error table stands once, in order', () => {
  const codes = errorTable.map((row) => row.code);
  expect(codes).toEqual([...new Set(codes)].sort());
  expect(codes).toEqual(expect.arrayContaining(['CLI_UNKNOWN_COMMAND', 'FILE_NOT_FOUND', 'OUT_EXISTS', 'STUDY_KIND_UNKNOWN']));
});
