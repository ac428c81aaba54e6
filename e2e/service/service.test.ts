import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { type Running, serveIn } from './running.ts';

const feeder = `gridflock: network/1
name: two
s_base_kVA: 1000
slacks: { columns: [bus], rows: [[a]] }
buses: { all: { v_base_kV: 0.4 }, columns: [id, p_load_kW, q_load_kvar], rows: [[a, 0, 0], [b, 20, 5]] }
branches: { columns: [id, from, to, r_ohm, x_ohm], rows: [[ab, a, b, 0.05, 0.03]] }
`;

describe('gridflock serve', { timeout: 120_000 }, () => {
  let folder: string;
  let service: Running;
  let template: string;
  beforeAll(async () => {
    folder = folderWith();
    service = await serveIn(`${folder}/data`);
    template = (await gridflock(['new', 'study', 'negotiate'], { cwd: folder })).stdout;
  }, 120_000);
  afterAll(async () => {
    await service.stop();
    removeFolder(folder);
  }, 60_000);

  it('takes a network, shows what is in it, and gives the file back', async () => {
    const made = await service.call('POST', '/networks', { name: 'two.yaml', text: feeder });
    expect([made.status, made.body.summary?.counts?.buses]).toEqual([201, 2]);
    const { id } = made.body;
    expect((await service.call('GET', '/networks')).body.items).toMatchObject([{ id, name: 'two.yaml', format: 'gridflock' }]);
    expect((await service.call('GET', `/networks/${id}/text`)).body).toBe(feeder);
    expect(await service.call('POST', '/networks', { name: 'two.yaml', text: feeder })).toMatchObject({
      status: 409,
      body: { code: 'NAME_TAKEN' },
    });
    expect((await service.call('DELETE', `/networks/${id}`)).status).toBe(204);
    expect(await service.call('GET', `/networks/${id}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('says where an upload is wrong, as the command would', async () => {
    const cases: [object, string][] = [
      [{ name: 'x.m', text: 'mpc.bus = [1 2' }, 'MATPOWER_SYNTAX'],
      [{ name: 'x.yaml', text: feeder.replace('[ab, a, b,', '[ab, a, nowhere,') }, 'NETWORK'],
      [{ name: 'x', text: '\0\u0001\u0002' }, 'FORMAT_BINARY'],
    ];
    for (const [body, code] of cases) {
      const { status, headers, body: problem } = await service.call('POST', '/networks', body);
      expect(status).toBe(422);
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(problem.code).toContain(code);
      expect(problem.title).not.toMatch(/at .*\.[jt]s:/);
    }
    for (const body of [{}, { name: '../../etc/passwd', text: feeder }, { name: 'x', text: feeder, more: 1 }, [], 'no json {']) {
      expect(await service.call('POST', '/networks', body)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    }
    expect((await service.call('GET', '/networks/not-an-id')).status).toBe(400);
    expect(await service.call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('keeps a draft, runs it, tells how it goes, and has its files', async () => {
    const draft = await service.call('POST', '/studies', { name: 'my day', text: template });
    expect([draft.status, draft.headers.get('etag'), draft.body.kind]).toEqual([201, '"1"', 'negotiate']);
    const path = `/studies/${draft.body.id}`;
    const changed = { name: 'my other day', text: template };
    expect(await service.call('PUT', path, changed)).toMatchObject({ status: 428, body: { code: 'VERSION_EXPECTED' } });
    expect((await service.call('PUT', path, changed, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"');
    expect(await service.call('PUT', path, changed, { 'if-match': '"1"' })).toMatchObject({
      status: 412,
      body: { code: 'VERSION_CHANGED' },
    });

    const [one, same] = await Promise.all(
      [1, 2].map(() => service.call('POST', `${path}/runs`, { seed: 3 }, { 'idempotency-key': 'monday' })),
    );
    expect([one?.status, same?.body.id]).toEqual([202, one?.body.id]);
    const events = await (await fetch(`${service.base}/api/runs/${one?.body.id}/events`)).text();
    expect(events).toMatch(/event: run\ndata: .*"state":"done"/);
    const run = await service.ended(one?.body.id);
    expect(run).toMatchObject({ state: 'done', status: 'ok', seed: 3, fault: null });
    const files = (await service.call('GET', `/runs/${run.id}/files`)).body.items;
    expect(files.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['result.json', 'report.html']));
    const result = await service.call('GET', `/runs/${run.id}/files/result.json`);
    expect(result.body).toMatchObject({ status: 'ok', provenance: { seed: 3 } });
    const report = await service.call('GET', `/runs/${run.id}/files/report.html`);
    expect(report.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await service.call('GET', '/runs?count=1')).body.items).toHaveLength(1);
  });

  it('has templates and presets, about another network if wished, and says whether a text can be read', async () => {
    const { items } = (await service.call('GET', '/templates')).body;
    expect(items).toEqual(expect.arrayContaining([expect.objectContaining({ study: 'negotiate', name: 'template', takes_network: true })]));
    expect(items.filter(({ name }: { name: string }) => name !== 'template').length).toBeGreaterThan(5);
    for (const { study, name } of items) {
      const { text } = (await service.call('GET', `/templates/${study}/${name}`)).body;
      expect(await service.call('POST', '/studies/check', { name, text })).toMatchObject({ status: 200, body: { kind: study } });
    }
    const about = await service.call('GET', '/templates/negotiate/template?network=my%20feeder.m');
    expect(about.body.text).toContain('network: "my feeder.m"');
    for (const path of ['negotiate/none', 'dance/template', 'simulate/dapi?network=x']) {
      expect(await service.call('GET', `/templates/${path}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
    expect(await service.call('POST', '/studies/check', { name: 'plan', text: 'study: [' })).toMatchObject({
      status: 422,
      body: { code: 'STUDY_SYNTAX', where: expect.stringMatching(/^plan:\d+/) },
    });
  });

  it('tells of all runs in one stream, and names the line of the key that a run failed by', async () => {
    const stream = await fetch(`${service.base}/api/events`);
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = (await reader.read()).value ?? '';
    expect(heard).toMatch(/^event: reload/);
    const text = template.replace(/^seed: .*$/m, 'sead: 1');
    const { id } = (await service.call('POST', '/runs', { text })).body;
    while (!/"state":"failed"/.test(heard)) heard += (await reader.read()).value ?? '';
    await reader.cancel();
    for (const state of ['queued', 'failed']) expect(heard).toMatch(new RegExp(`event: run\ndata: .*"id":"${id}".*"state":"${state}"`));
    const line = text.split('\n').findIndex((each) => each.startsWith('sead')) + 1;
    expect((await service.ended(id)).fault).toMatchObject({ code: 'STUDY_UNKNOWN_KEY', where: `study:${line} sead` });
  });

  it('gives a run no file of this machine, and fails it with what was wrong', async () => {
    const text = template.replace(/^network: .*$/m, 'network: ../../../../etc/passwd');
    expect(text).toContain('passwd');
    const { body } = await service.call('POST', '/runs', { text });
    expect(await service.ended(body.id)).toMatchObject({ state: 'failed', fault: { code: 'FILE_NOT_STORED' } });
    expect(await service.call('POST', '/runs', { text: 'study: dance' })).toMatchObject({
      status: 422,
      body: { code: 'STUDY_KIND_UNKNOWN' },
    });
  });

  it('stores measurements and gathers them', async () => {
    const at = Array.from({ length: 4 }, (_, k) => `2026-11-28T00:${15 * k || '00'}:00Z`);
    const stored = await service.call('POST', '/series/meter%207/points', { unit: 'kW', at, value: [1, 2, 3, 4] });
    expect(stored).toMatchObject({ status: 200, body: { stored: 4 } });
    const span = 'from=2026-11-28T00:00:00Z&to=2026-11-29T00:00:00Z';
    expect((await service.call('GET', `/series/meter%207?${span}`)).body.value).toEqual([1, 2, 3, 4]);
    expect((await service.call('GET', `/series/meter%207?${span}&bucket_s=1800`)).body).toMatchObject({ value: [1.5, 3.5], count: [2, 2] });
    expect((await service.call('GET', `/series/nobody?${span}`)).status).toBe(404);
    expect(await service.call('POST', '/series/meter%207/points', { unit: 'MW', at, value: [1, 2, 3, 4] })).toMatchObject({
      status: 422,
      body: { code: 'SERIES_OTHER_UNIT' },
    });
  });

  it('answers nobody who comes by another name or from the page of another site', async () => {
    expect(await service.call('GET', '/networks', undefined, { origin: 'http://evil.example' })).toMatchObject({
      status: 403,
      body: { code: 'REQUEST_FOREIGN' },
    });
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(service.base);
      request({ hostname, port, path: '/api/networks', headers: { host: 'evil.example' } }, (reply) => resolve(reply.statusCode))
        .on('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });

  it('describes itself: OpenAPI 3.1, with every route', async () => {
    const { body } = await service.call('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/api/networks', '/api/studies/{id}/runs', '/api/runs/{id}/events', '/api/series/{name}']),
    );
    expect(body.components.schemas).toHaveProperty('Run');
  });

  it('says that its port or its folder is taken', async () => {
    const { port } = new URL(service.base);
    const taken = await gridflock(['serve', '--port', port, '--data', `${folder}/other`], { cwd: folder });
    expect([taken.status, taken.stderr]).toEqual([2, expect.stringContaining('PORT_TAKEN')]);
    const used = await gridflock(['serve', '--port', '0', '--data', `${folder}/data`], { cwd: folder });
    expect(used.stderr).toContain('STATE_IN_USE');
  });
});
