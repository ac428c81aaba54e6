import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingKinds, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { folderWith, gridflock, removeFolder } from '../cli/gridflock.ts';
import { type Json, study } from './deployment.ts';
import { expectNoSecret, tapEmbedded } from './tap.ts';

const missing = missingKinds(study);

describe.skipIf(missing.length > 0)(titled('everything that crosses a broker when a study runs with --transport', missing), () => {
  it('holds no parameter of any device', async () => {
    const wire = await tapEmbedded();
    const cwd = folderWith({ 'study.json': JSON.stringify(study) });
    try {
      const ended = await gridflock(['run', 'study.json', '--json', '--transport', wire.address, '--out', 'out'], { cwd });
      expect(ended.status).toBe(0);
      const { plans, negotiation }: Json = JSON.parse(readFileSync(join(cwd, 'out', 'result.json'), 'utf8'));
      const { schedules } = plans.find(({ name }: Json) => name === 'negotiated');
      expectNoSecret(wire.payloads, [...schedules[0].p_kW, ...negotiation.nets[0].price_cur_per_kWh]);
    } finally {
      removeFolder(cwd);
      await wire.close();
    }
  });
});
