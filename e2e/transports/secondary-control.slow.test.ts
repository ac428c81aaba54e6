import {
  type ControlRole,
  catalog,
  controlRole,
  inverterChain,
  liveDevice,
  outputOf,
  quasiStaticMicrogrid,
  Run,
  ringOf,
  simulate,
  spread_frac,
} from '@gridflock/core';
import { expect, it } from 'vitest';
import { startEmbeddedBroker } from '../../packages/host/src/transports/embedded-broker/embedded-broker.ts';
import { runLive } from '../../packages/host/src/transports/live.ts';
import { mqtt } from '../../packages/host/src/transports/mqtt/mqtt.ts';

/** The laws of example 18 on the wall clock: the plant goes on whenever somebody measures, messages go over a broker. */
it('four agents on a broker bring a microgrid back to 50 Hz while a load grows, in real time', async () => {
  const stop_s = 8;
  const chain = inverterChain(4);
  const droop = simulate(quasiStaticMicrogrid(chain), { stop_s: 5, method: 'rodas4', record: [] });
  const events = [{ at_s: 4, name: 'load1.scale_frac', value: 1.3 }];
  const run = new Run(quasiStaticMicrogrid(chain), { stop_s, method: 'rk4', step_s: 2e-3, record_s: 0.02, x: droop.x, events });
  const controller = catalog.controllers.find(({ name }) => name === 'leader-follower-consensus')!;
  const { agents } = ringOf(chain.inverters.map(({ id }) => id));
  const roles: ControlRole[] = chain.inverters.map(({ id, droop_rad_per_s_per_kW, droop_V_per_kvar }, k) => {
    const gains = { gain_w_per_s: 10, gain_p_per_s: 10, gain_v_per_s: 10, gain_q_per_s: 10, pin_frac: k === 0 ? 1 : 0 };
    const law = controller.build({ ...controller.example, ...gains, droop_rad_per_s_per_kW, droop_V_per_kvar });
    return controlRole({
      id,
      law,
      device: liveDevice(run, id, law),
      neighbours: [agents[(k + 1) % 4]!, agents[(k + 3) % 4]!].map((neighbour) => ({ id: neighbour, weight_frac: 1 })),
      period_s: 0.02,
      commands: Float64Array.of(100 * Math.PI, 380),
      stop_s,
      forgetAfter_s: 1,
    });
  });
  const broker = await startEmbeddedBroker();
  try {
    const connection = await mqtt.connect(broker.address);
    const report = await runLive(roles, connection, { run: 'secondary' });
    await connection.close();
    run.advance(stop_s);
    const result = run.result();
    expect(result.status, result.diagnosis).toBe('done');
    const f_Hz = outputOf(result, 'dg1.w_rad_per_s').map((w) => w / (2 * Math.PI));
    const at = (t_s: number): number => f_Hz[result.time_s.findIndex((t) => t >= t_s)]!;
    expect(at(0)).toBeLessThan(49.7);
    expect(Math.abs(at(3.5) - 50)).toBeLessThan(0.01);
    expect(at(4.3)).toBeLessThan(49.99);
    expect(Math.abs(f_Hz.at(-1)! - 50)).toBeLessThan(0.01);
    expect(
      spread_frac(chain.inverters.map(({ id, droop_rad_per_s_per_kW: m }) => m * outputOf(result, `${id}.p_kW`).at(-1)!)),
    ).toBeLessThan(0.02);
    // each act says two messages, but for those on their way at the end; nobody acts more often than every period
    const acts = roles.reduce((sum, { acts_count }) => sum + acts_count, 0);
    expect(report.sent_count).toBe(2 * acts);
    for (const { acts_count, overruns_count, dropped } of roles) {
      expect(acts_count + overruns_count).toBeLessThanOrEqual(stop_s / 0.02 + 1);
      expect(acts_count).toBeGreaterThan(200);
      expect([...dropped]).toEqual([]);
    }
  } finally {
    await broker.close();
  }
}, 60_000);
