import { describe, expect, it } from 'vitest';
import { missingKinds, run, smallStudy, titled } from './testing/studies.ts';

const devices = [
  {
    id: 'store',
    kind: 'battery',
    bus: 'farm',
    owner: 'farmer',
    p_max_kW: 5,
    e_max_kWh: 20,
    e_start_kWh: 10,
    eta_charge_frac: 0.95,
    eta_discharge_frac: 0.95,
    s_max_kVA: 5,
  },
  { id: 'roof', kind: 'pv', bus: 'mill', owner: 'bob', s_max_kVA: 10, p_available_kW: [0, 5, 8, 2] },
];
const document = () => smallStudy(devices);
const missing = missingKinds(document());
const simulated = (faults: unknown) => ({ ...document(), transport: { kind: 'simulated', faults } });
const storm = `
# three bad minutes
faults:
  - { fault: burst-loss, begins_frac: 0.05, ends_frac: 0.3 }
  - { fault: partition, agents: 'net farm', after_s: 1, until_s: 20 }
  - { fault: clock, agents: roof, drift_frac: 0.2, skew_s: 30 }
`;

describe.skipIf(missing.length > 0)(titled('a study that names a fault script', missing), () => {
  it('in the document or in a file agrees on what it agrees on in a loop', async () => {
    const calm = await run(document());
    const stormy = await run(simulated('storm.yaml'), { 'storm.yaml': storm });
    const written = await run(
      simulated([
        { fault: 'burst-loss', begins_frac: 0.05, ends_frac: 0.3 },
        { fault: 'partition', agents: 'net farm', after_s: 1, until_s: 20 },
        { fault: 'clock', agents: 'roof', drift_frac: 0.2, skew_s: 30 },
      ]),
    );
    expect(stormy.plans).toEqual(calm.plans);
    expect(stormy.negotiation.transport).toMatch(/loss 0, duplication 0; burst-loss, partition, clock$/);
    const lost = stormy.negotiation.traffic.reduce((sum, { messages_count }) => sum + messages_count, 0);
    expect(lost).toBeGreaterThan(calm.negotiation.traffic.reduce((sum, { messages_count }) => sum + messages_count, 0));
    expect([written.plans, written.negotiation]).toEqual([stormy.plans, stormy.negotiation]);
  });

  it('says who is waited for when an agent is gone for good', async () => {
    const error = await run(simulated([{ fault: 'crash', agents: 'roof', at_s: 0.5 }])).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'AGENTS_SILENT',
      message: expect.stringMatching(/"net mill" waits for "roof" \(price of round \d+, said \d+ times\).*; gone for good: "roof"/),
    });
  });

  it.each([
    ['a script that is wrong', [{ fault: 'lossy' }], 'FAULTS_UNKNOWN_KIND', 'transport.faults[0].fault'],
    ['an agent that is not there', [{ fault: 'crash', agents: 'rof', at_s: 1 }], 'FAULTS_UNKNOWN_AGENT', 'transport.faults[0].agents'],
    ['a file that is wrong', 'storm.yaml', 'FAULTS_INVALID', 'storm.yaml.faults[0].loss_frac'],
    ['a file that is no YAML', 'torn.yaml', 'FORMAT_SYNTAX', 'torn.yaml:2'],
  ])('refuses %s', async (_, faults, code, where) => {
    const files = { 'storm.yaml': 'faults: [{ fault: loss, loss_frac: 7 }]', 'torn.yaml': 'faults:\n  - { fault: loss' };
    await expect(run(simulated(faults), files)).rejects.toMatchObject({ code, where });
  });
});
