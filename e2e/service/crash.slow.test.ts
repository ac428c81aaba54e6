import { afterAll, describe, expect, it } from 'vitest';
import { folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { serveIn } from './running.ts';

const folder = folderWith();
afterAll(() => removeFolder(folder), 60_000);

describe('the service under kill -9', () => {
  it('loses nothing that was finished, and ends what was asked for', { timeout: 600_000 }, async () => {
    const template = (await gridflock(['new', 'study', 'negotiate'], { cwd: folder })).stdout;
    let service = await serveIn(`${folder}/data`, '--threads', '1');
    const ask = async (seed: number): Promise<string> => (await service.call('POST', '/runs', { text: template, seed })).body.id;
    const first = await ask(1);
    const done = await service.ended(first);
    const result = (await service.call('GET', `/runs/${first}/files/result.json`)).body;
    const [second, third] = [await ask(2), await ask(3)];
    await service.call('POST', '/series/meter/points', { unit: 'kW', at: [0, 1], value: [1, 2] });
    while ((await service.call('GET', `/runs/${second}`)).body.state !== 'running') await new Promise((resolve) => setTimeout(resolve, 20));
    await service.stop('SIGKILL');

    service = await serveIn(`${folder}/data`, '--threads', '1');
    expect((await service.call('GET', `/runs/${first}`)).body).toEqual(done);
    expect((await service.call('GET', `/runs/${first}/files/result.json`)).body).toEqual(result);
    expect((await service.call('GET', '/series/meter?from=1970-01-01T00:00:00Z&to=1970-01-02T00:00:00Z')).body.value).toEqual([1, 2]);
    expect(await service.ended(second)).toMatchObject({ state: 'done', attempts: 2 });
    expect(await service.ended(third)).toMatchObject({ state: 'done', attempts: 1 });

    // ended in order in the middle: as if it had not begun
    const fourth = await ask(4);
    while ((await service.call('GET', `/runs/${fourth}`)).body.state !== 'running') await new Promise((resolve) => setTimeout(resolve, 20));
    await service.stop('SIGTERM');
    service = await serveIn(`${folder}/data`, '--threads', '1');
    expect(await service.ended(fourth)).toMatchObject({ state: 'done', attempts: 1 });
    await service.stop();
  });

  it('fails a run that needs too much memory or time alone', { timeout: 600_000 }, async () => {
    const template = (await gridflock(['new', 'study', 'negotiate'], { cwd: folder })).stdout;
    const service = await serveIn(`${folder}/small`, '--memory', '128', '--time-limit', '1');
    const { body } = await service.call('POST', '/runs', { text: template.replace(/tolerance_frac: \S+/, 'tolerance_frac: 1.0e-10') });
    const run = await service.ended(body.id);
    expect(run.state).toBe('failed');
    expect(['RUN_TOO_LONG', 'OUT_OF_MEMORY']).toContain(run.fault.code);
    expect((await service.call('GET', '/health')).body.status).toBe('ok');
    await service.stop();
  });
});
