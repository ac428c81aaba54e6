import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, folderWith, gridflock, namesIn, removeFolder } from './gridflock.ts';

const smallCase = `function mpc = tiny
mpc.version = '2';
mpc.baseMVA = 10;
mpc.bus = [
  1 3 0 0 0 0 1 1 0 12.66 1 1.1 0.9;
  2 1 0.1 0.05 0 0 1 1 0 12.66 1 1.1 0.9;
];
mpc.gen = [1 0 0 10 -10 1 100 1 10 0];
mpc.branch = [1 2 0.01 0.01 0 0 0 0 0 0 1 -360 360];
`;

let cwd: string;
beforeAll(() => {
  cwd = folderWith({
    'feeder.m': smallCase,
    'cut.m': smallCase.slice(0, 130),
    'rubbish.m': Uint8Array.from({ length: 4096 }, (_, k) => (k * 37 + 11) % 256),
    'latin1.m': Uint8Array.from([...Buffer.from('% F'), 0xfc, ...Buffer.from('r mpc\n')]),
    'packed.m': Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0),
    'empty.m': '',
    'long.m': `% ${'x'.repeat(5_000_000)}\n`,
    'long.yaml': `study: negotiate\ntitle: "${'x'.repeat(5_000_000)}\n`,
    'syntax.yaml': 'study: negotiate\nnetwork: [ieee33\ntime: }\n',
    'twice.yaml': 'study: negotiate\nnetwork: ieee33\nnetwork: ieee69\n',
    'empty.yaml': '# nothing\n',
    'list.yaml': '- a\n- b\n',
    'kind.yaml': 'network: ieee33\nstudy: negotiat\n',
    'nokind.yaml': 'network: ieee33\n',
    'bomb.yaml': `a: &a [x, x]\n${'bcdefgh'
      .split('')
      .map((c, k) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[k]}`).join(', ')}]`)
      .join('\n')}\n`,
    'deep.yaml': `study: ${'['.repeat(20_000)}\n`,
    'bus.csv': 'time,19x_p_kW\n2025-01-15T00:00Z,1\n',
    'mixed.csv': 'time,load_frac,18_p_kW\n2025-01-15T00:00Z,1,1\n',
    'nan.csv': 'time,load_frac\n2025-01-15T00:00Z,abc\n',
    'broken.json': '{"status": ',
    'other.json': '{"a": 1}',
    taken: 'a file',
  });
  mkdirSync(join(cwd, 'full'));
  writeFileSync(join(cwd, 'full/mine.txt'), 'precious');
  mkdirSync(join(cwd, 'result'));
  writeFileSync(join(cwd, 'result/powerflow.json'), '{}');
});
afterAll(() => removeFolder(cwd));

/** arguments, exit status, code, what the user must be able to read in message, place or cure */
const table: readonly (readonly [string, number, RegExp, RegExp])[] = [
  ['powerflw ieee33', 2, /CLI_UNKNOWN_COMMAND/, /powerflow/],
  ['optimise ieee33', 2, /CLI_UNKNOWN_COMMAND/, /There are: run, deploy, agent, twin, collect, serve, powerflow/],
  ['opf ieee118 --formulation three-phase-linear', 3, /FEEDER_LIFT|OPF_NOT_RADIAL|OPF_COST_DEGREE/, /price|soc/],
  ['opf ieee13 --formulation three-phase-sdp --unbalance -1', 2, /CLI_INVALID_VALUE/, /at least 0/],
  ['opf ieee118 --formulation lindistflow', 3, /OPF_NOT_RADIAL/, /62 loops[\s\S]*soc/],
  ['opf ieee33 --time-limit 0', 2, /CLI_INVALID_VALUE/, /positive number of seconds[\s\S]*--time-limit 60/],
  ['solve feeder.m --time-limit soon', 2, /CLI_INVALID_VALUE/, /positive number of seconds[\s\S]*--time-limit 60/],
  ['serve --port 99999', 2, /CLI_INVALID_VALUE/, /65535/],
  ['plan', 2, /CLI_UNKNOWN_COMMAND/, /There are/],
  ['config shw', 2, /CLI_UNKNOWN_COMMAND|CLI_TOO_MANY_ARGUMENTS/, /show/],
  ['powerflow ieee33 --methd newton', 2, /CLI_UNKNOWN_OPTION/, /--method/],
  ['powerflow ieee33 --method newtn', 2, /CLI_INVALID_VALUE/, /Did you mean "newton"/],
  ['powerflow ieee33 --tolerance abc', 2, /CLI_INVALID_VALUE/, /1e-14/],
  ['powerflow ieee33 --seed -1', 2, /CLI_INVALID_VALUE/, /whole number/],
  ['powerflow ieee33 --threads 0', 2, /CLI_INVALID_VALUE/, /from 1/],
  ['powerflow ieee33 --out', 2, /CLI_MISSING_VALUE/, /--out/],
  ['powerflow ieee33 --out --force', 2, /CLI_MISSING_VALUE/, /--out/],
  ['powerflow', 2, /CLI_MISSING_ARGUMENT/, /NETWORK/],
  ['powerflow a b', 2, /CLI_TOO_MANY_ARGUMENTS/, /--help/],
  ['powerflow ieee34x', 2, /NETWORK_NOT_FOUND/, /ieee33/],
  ['powerflow feedr', 2, /NETWORK_NOT_FOUND/, /feeder\.m/],
  ['powerflow feedr.m', 2, /FILE_NOT_FOUND/, /Did you mean "feeder\.m"/],
  ['powerflow nowhere/feeder.m', 2, /FILE_NOT_FOUND/, /folder "nowhere"/],
  ['powerflow ./full', 2, /FILE_IS_DIRECTORY/, /folder/],
  ['powerflow rubbish.m', 2, /FILE_NOT_TEXT/, /rubbish\.m/],
  ['powerflow latin1.m', 2, /FILE_NOT_TEXT/, /latin1\.m:1[\s\S]*iconv/],
  ['powerflow packed.m', 2, /FILE_NOT_TEXT/, /gzip/],
  ['powerflow cut.m', 2, /^[A-Z_]+$/, /cut\.m/],
  ['powerflow empty.m', 2, /^[A-Z_]+$/, /empty\.m/],
  ['powerflow long.m', 2, /^[A-Z_]+$/, /long\.m/],
  ['powerflow feeder.m --format matpwer', 2, /^[A-Z_]+$/, /matpower/],
  ['powerflow ieee33 --profiles missing.csv', 2, /FILE_NOT_FOUND/, /missing\.csv/],
  ['powerflow ieee33 --profiles bus.csv', 2, /PROFILE_UNKNOWN_BUS/, /"19"/],
  ['powerflow ieee33 --profiles mixed.csv', 2, /PROFILE_MIXED/, /load_frac/],
  ['powerflow ieee33 --profiles nan.csv', 2, /^[A-Z_]+$/, /nan\.csv/],
  ['powerflow ieee33 --out taken', 2, /OUT_NOT_A_DIRECTORY/, /taken/],
  ['powerflow ieee33 --out taken/inside', 2, /OUT_NOT_WRITABLE/, /part of the path is a file/],
  ['powerflow ieee33 --out /proc/gridflock/out', 2, /OUT_NOT_WRITABLE/, /proc/],
  ['powerflow ieee33 --out result', 2, /OUT_EXISTS/, /--force/],
  ['powerflow ieee33 --out full --force', 2, /OUT_NOT_OURS/, /not written by gridflock/],
  ['powerflow ieee33 --out . --force', 2, /OUT_NOT_OURS/, /stand in/],
  ['inspect feedr.m', 2, /FILE_NOT_FOUND/, /feeder\.m/],
  ['list networcs', 2, /CLI_INVALID_VALUE/, /Did you mean "networks"/],
  ['convert ieee33 out.xyz', 2, /FORMAT_ENDING_UNKNOWN/, /--to/],
  ['convert ieee33 out --to gridflok', 2, /CLI_INVALID_VALUE/, /gridflock/],
  ['convert ieee33 full', 2, /OUT_NOT_A_FILE/, /folder/],
  ['run', 2, /CLI_MISSING_ARGUMENT/, /--default/],
  ['run missing.yaml', 2, /FILE_NOT_FOUND/, /missing\.yaml/],
  ['run feeder.m', 2, /STUDY_NOT_A_STUDY/, /new study/],
  ['run rubbish.m', 2, /FILE_NOT_TEXT/, /rubbish/],
  ['run syntax.yaml', 2, /STUDY_SYNTAX/, /syntax\.yaml:[23]/],
  ['run twice.yaml', 2, /STUDY_SYNTAX/, /twice\.yaml:3/],
  ['run empty.yaml', 2, /STUDY_EMPTY/, /new study/],
  ['run list.yaml', 2, /STUDY_NOT_A_STUDY/, /list/],
  ['run kind.yaml', 2, /STUDY_KIND_UNKNOWN/, /kind\.yaml:2[\s\S]*Did you mean "negotiate"/],
  ['run nokind.yaml', 2, /STUDY_KIND_UNKNOWN/, /study: negotiate/],
  ['run bomb.yaml', 2, /STUDY_SYNTAX/, /bomb\.yaml/],
  ['run deep.yaml', 2, /STUDY_SYNTAX/, /deep\.yaml/],
  ['run long.yaml', 2, /STUDY_SYNTAX/, /long\.yaml/],
  ['new study negotiat', 2, /CLI_INVALID_VALUE/, /negotiate/],
  ['new study negotiate --network nope', 2, /NETWORK_NOT_FOUND/, /ieee33/],
  ['compare result', 2, /COMPARE_TOO_FEW/, /two/],
  ['compare result full', 2, /RESULT_INVALID/, /full|result/],
  ['compare broken.json other.json', 2, /RESULT_INVALID/, /broken\.json/],
];

describe('bad input', () => {
  it.each(table.map((row, k) => [...row, k] as const))('%s: one clear error, status %i', async (line, status, code, readable, k) => {
    const before = namesIn(cwd);
    const args = line.split(' ').filter((part) => part !== '');
    const json = await gridflock([...args, '--json'], { cwd });
    // `--out` as the last word would swallow --json
    if (!line.endsWith('--out')) {
      const error = errorOf(json);
      expect(error.code).toMatch(code);
      expect(`${error.message} ${error.where} ${error.hint}`).toMatch(readable);
      expect(`${error.message} ${error.hint}`.length).toBeLessThan(3000);
      expect(Object.keys(error)).toEqual(['code', 'message', 'where', 'hint']);
      expect(json.stderr).toBe('');
    }
    expect(json.status).toBe(status);
    expect(namesIn(cwd)).toEqual(before);
    // what a person reads is made of the same parts: a sample will do
    if (k % 5 !== 0) return;
    const human = await gridflock(args, { cwd });
    expect([human.status, human.stdout]).toEqual([status, '']);
    expect(human.stderr).toMatch(/^error: /);
    expect(human.stderr).toMatch(readable);
    expect(human.stderr).not.toMatch(/\n {4}at |node:internal/);
  });
});
