import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingKinds, titled } from '../../packages/core/src/studies/testing/studies.ts';
import { EnvelopeReader } from '../../packages/core/src/wire/envelope.ts';
import { unbundle } from '../../packages/host/src/transports/bundle.ts';
import { gridflock } from '../cli/gridflock.ts';
import { natsIsInstalled } from '../transports/broker-process.ts';
import { type Deployment, deploy, planOf, start, study } from './deployment.ts';
import { expectNoSecret, secrets, type Tap, tapEmbedded, tapNats } from './tap.ts';

const missing = missingKinds(study);

const ways = [
  { name: 'NATS', present: natsIsInstalled, tap: tapNats },
  { name: 'the embedded broker', present: true, tap: tapEmbedded },
];

for (const { name, present, tap } of ways) {
  describe.runIf(present && missing.length === 0)(titled(`everything that crosses ${name}`, missing), () => {
    let wire: Tap;
    let deployment: Deployment;
    beforeAll(async () => {
      wire = await tap();
      deployment = await deploy(study, wire.address, '--gateways', '1');
    });
    afterAll(async () => {
      deployment.close();
      await wire.close();
    });

    it('holds no parameter of any device when a study runs with --transport', async () => {
      const ended = await gridflock(['run', 'study.json', '--json', '--transport', wire.address], { cwd: deployment.cwd });
      expect(ended.status).toBe(0);
      expectNoSecret(wire.payloads, [...deployment.inOne.p_kW['store']!, ...deployment.inOne.price_cur_per_kWh['farm']!]);
    });

    it('holds no parameter when every party is a process of its own, nor anything near one', async () => {
      wire.payloads.length = 0;
      const ended = await Promise.all(deployment.names.map((each) => start(deployment, each).ended));
      expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 0));
      const plan = planOf(deployment);
      expectNoSecret(wire.payloads, [...plan.p_kW['store']!, ...plan.price_cur_per_kWh['farm']!]);
      // a schedule may come near a limit that binds; what a store holds, and needs at the end, is near nothing that is said
      const reader = new EnvelopeReader();
      const near = new Set<string>();
      let numbers_count = 0;
      for (const payload of wire.payloads) {
        unbundle(
          payload,
          (part) => {
            const envelope = reader.read(part);
            if (typeof envelope === 'string') return;
            for (const value of Object.values(envelope.message.body)) {
              for (const said of typeof value === 'number' ? [value] : value instanceof Float64Array ? value : []) {
                numbers_count++;
                for (const { where, number } of secrets) {
                  if (/e_(max|start|end_min)_kWh/.test(where) && Math.abs(Math.abs(said) - number) < 1e-9 * number) near.add(where);
                }
              }
            }
          },
          undefined,
        );
      }
      expect(numbers_count).toBeGreaterThan(10_000);
      expect([...near]).toEqual([]);
    });
  });
}
