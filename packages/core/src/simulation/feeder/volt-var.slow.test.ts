import { describe, expect, it } from 'vitest';
import { randomStream } from '../../base/random.ts';
import { voltVar } from '../../controllers/three-level-volt-var/three-level-volt-var.ts';
import { ieee33 } from '../../networks/ieee33/network.ts';
import { readBuiltIn } from '../../networks/read-built-in.ts';
import { radialSweep } from '../../powerflows/radial-sweep/radial-sweep.ts';
import { closeLoop } from '../control-loop.ts';
import { outputOf } from '../metrics.ts';
import { cloudsOver, sunnyBuses, sunnyFeeder, sunnyRing } from '../scenarios/sunny-feeder.ts';
import { simulate } from '../simulate.ts';
import { feederPlant } from './feeder-plant.ts';

const feeder = readBuiltIn(ieee33);
const ids = sunnyBuses.map((bus) => `pv${bus}`);
const off = { ramp_kvar_per_pu: 0, droop_kvar_per_pu: 0, share_kvar_per_pu_per_s: 0 };

/** Ten minutes under clouds; the sky clears at 60 s, the last 200 s are calm. */
function underClouds(gains: Partial<typeof voltVar.example>) {
  const law = voltVar.build({ ...voltVar.example, ...gains });
  const plant = closeLoop(
    feederPlant(sunnyFeeder(feeder, radialSweep, 'full')),
    ids.map((device) => ({ device, law })),
    sunnyRing(),
  );
  const clouds = cloudsOver(plant.inputs, randomStream(1), { clears_s: 60, before_frac: 0.3, after_frac: 0.95, until_s: 400 });
  const names = ids.map((id) => `${id}.v_pu`);
  const run = simulate(plant, { stop_s: 600, method: 'rk4', step_s: 0.1, record_s: 1, record: names, processes: [clouds] });
  const volts = names.map((name) => outputOf(run, name));
  const highest = run.time_s.map((_, t) => Math.max(...volts.map((each) => each[t])));
  const cloudy = highest.subarray(120, 400);
  const changes = volts.flatMap((each) => [...each.subarray(121, 400)].map((v, t) => v - each[120 + t]));
  return {
    mean_pu: cloudy.reduce((sum, v) => sum + v, 0) / cloudy.length,
    ripple_pu: Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0) / changes.length),
    end_pu: highest.at(-1)!,
    over_frac: highest.filter((v) => v > 1.055).length / highest.length,
  };
}

/** K16: the sheet on control, section 12.2; targets of shape, clouds are drawn. */
describe('K16, claims of the talk on our scenario: three levels under clouds', () => {
  it('level I makes voltage smoother, level II lowers it, level III brings it back', () => {
    const none = underClouds(off);
    const ramp = underClouds({ ...off, ramp_kvar_per_pu: 5000 });
    const droop = underClouds({ ...off, droop_kvar_per_pu: 3000 });
    const all = underClouds({});
    expect(ramp.ripple_pu).toBeLessThan(0.75 * none.ripple_pu);
    expect(Math.abs(ramp.mean_pu - none.mean_pu)).toBeLessThan(0.002);
    expect(none.mean_pu - droop.mean_pu).toBeGreaterThan(0.01);
    expect(all.mean_pu).toBeLessThan(1.055);
    // the limit of the outer band, and what holding it against the release costs
    expect(all.end_pu).toBeLessThan(1.052);
    expect(none.over_frac).toBeGreaterThan(0.8);
    expect(all.over_frac).toBeLessThan(0.5 * none.over_frac);
  });
});
