import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { twinStudy } from './twin-study.ts';

describe('gridflock twin refuses', () => {
  let cwd: string;
  beforeAll(() => {
    const links = [{ fault: 'crash', agents: 'dg1', at_s: 1 }];
    cwd = folderWith({
      'crash.json': JSON.stringify(twinStudy({ stop_s: 1, live: { links } })),
      'good.json': JSON.stringify(twinStudy({ stop_s: 1 })),
      'regulate.yaml': 'study: regulate\n',
    });
  });
  afterAll(() => removeFolder(cwd));

  it('what has no plant, no process to go to, or links that no wire has', async () => {
    const codeOf = async (...args: string[]): Promise<[number | null, string]> => {
      const ended = await gridflock(['twin', ...args, '--json'], { cwd });
      return [ended.status, errorOf(ended).code];
    };
    expect(
      await Promise.all([
        codeOf('regulate.yaml'),
        codeOf('crash.json'),
        codeOf('good.json', '--transport', 'workers'),
        codeOf('good.json', '--transport', 'nats://127.0.0.1:1'),
        codeOf(),
      ]),
    ).toEqual([
      [3, 'DEPLOY_NO_AGENTS'],
      [2, 'FAULTS_NOT_LIVE'],
      [2, 'CLI_INVALID_VALUE'],
      [5, 'BROKER_UNREACHABLE'],
      [2, 'CLI_MISSING_ARGUMENT'],
    ]);
  });
});
