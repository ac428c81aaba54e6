import { describe, expect, it } from 'vitest';
import { heardOf, type Law, stepLaw } from '../../controllers/contract.ts';
import { laplacian } from '../../controllers/graph.ts';
import { voltVar } from '../../controllers/three-level-volt-var/three-level-volt-var.ts';
import { ieee33 } from '../../networks/ieee33/network.ts';
import { readBuiltIn } from '../../networks/read-built-in.ts';
import { newton } from '../../powerflows/newton/newton.ts';
import { radialSweep } from '../../powerflows/radial-sweep/radial-sweep.ts';
import { linearSensitivity, sensitivityMatrices } from '../../powerflows/sensitivity.ts';
import { describePlant } from '../conformance.ts';
import { closeLoop } from '../control-loop.ts';
import { outputOf } from '../metrics.ts';
import { eigenvaluesOf, modesAt } from '../modes.ts';
import type { Plant } from '../plant.ts';
import { sunnyBuses, sunnyFeeder, sunnyRing } from '../scenarios/sunny-feeder.ts';
import { simulate } from '../simulate.ts';
import { feederPlant } from './feeder-plant.ts';

const feeder = readBuiltIn(ieee33);
const ids = sunnyBuses.map((bus) => `pv${bus}`);
type Gains = Partial<typeof voltVar.example>;
const lawOf = (gains: Gains): Law => voltVar.build({ ...voltVar.example, ...gains });
const controlled = (plant: Plant, gains: Gains): Plant =>
  closeLoop(
    plant,
    ids.map((device) => ({ device, law: lawOf(gains) })),
    sunnyRing(),
  );

describePlant('a feeder, linear', () => feederPlant(sunnyFeeder(feeder, radialSweep, 'linear')));
describePlant('a feeder, full', () => feederPlant(sunnyFeeder(feeder, newton, 'full')), { accuracy: 1e-4 });
describePlant('volt/var on a linear feeder', () => controlled(feederPlant(sunnyFeeder(feeder, radialSweep, 'linear')), {}), {
  spread_frac: 1e-3,
});

/** X between the inverters, per unit of 1 MVA. */
function reducedX(): Float64Array {
  const { reactive_pu_per_kvar, buses_count } = sensitivityMatrices(linearSensitivity(feeder.network, feeder.operatingPoint));
  const at = sunnyBuses.map((bus) => feeder.network.buses.findIndex(({ id }) => id === bus));
  return Float64Array.from(at.flatMap((i) => at.map((j) => 1000 * reactive_pu_per_kvar[i * buses_count + j])));
}
const N = ids.length;
const x = reducedX();

/** K16: the sheet on control, section 12.2, S7; feeder of Baran and Wu (1989), inverters are a reference scenario of ours. */
describe('K16: the feeder', () => {
  it('is the published one: 202.68 kW of losses, 0.9131 pu at bus 18', () => {
    const solved = radialSweep.prepare(feeder.network, feeder.operatingPoint).solve(feeder.operatingPoint);
    expect(solved.loss_kW).toBeCloseTo(202.68, 2);
    expect(Math.min(...solved.v_pu)).toBeCloseTo(0.91309, 4);
  });

  it('answers to reactive power symmetrically and positively: eigenvalues 0.0046 … 0.1060, so that droop is limited at 9.43', () => {
    for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) expect(x[i * N + j]).toBeCloseTo(x[j * N + i], 12);
    const eigenvalues = eigenvaluesOf(x, N).re.sort();
    expect(eigenvalues[0]).toBeCloseTo(0.0046, 4);
    expect(eigenvalues[N - 1]).toBeCloseTo(0.106, 3);
    expect(1 / eigenvalues[N - 1]).toBeCloseTo(9.43, 1);
  });
});

/** Every band empty, so that all inverters act at all voltages. */
const allActive: Gains = {
  v_low_pu: 0,
  v_high_pu: 0,
  v_min_pu: 0,
  v_max_pu: 0,
  q_max_kvar: 1e6,
  ramp_kvar_per_pu: 0,
  droop_kvar_per_pu: 0,
  release_per_s: 0,
};

describe('K16: stability', () => {
  it.each([
    [0.1, -0.0077],
    [1, -0.076],
    [5, -0.35],
    [20, -0.86],
  ])('in continuous time K_III = %d decays at %d 1/s', (share, abscissa_per_s) => {
    const plant = controlled(feederPlant(sunnyFeeder(feeder, radialSweep, 'linear', { lag_s: 0.1 })), {
      ...allActive,
      share_kvar_per_pu_per_s: 1000 * share,
      agree_per_s: 1,
      window_s: 0.1,
    });
    const state = new Float64Array(plant.states.length);
    const u = new Float64Array(plant.inputs.length);
    plant.startInto(state);
    plant.inputsInto(u);
    expect(modesAt(plant, state, u)[0].re_per_s).toBeCloseTo(abscissa_per_s, abscissa_per_s > -0.1 ? 3 : 2);
  });

  /** The laws acting once a second, inverters following before the next: by how much a disturbance has grown after 400 s. */
  const growth = (gains: Gains): number => {
    const law = lawOf({ ...allActive, ...gains });
    const states = ids.map((_, i) => Float64Array.of(1, 1e-3 * Math.cos(3 * i)));
    const lap = laplacian(sunnyRing());
    let q = new Float64Array(N);
    for (let k = 0; k < 400; k++) {
      const v = ids.map((_, i) => q.reduce((sum, each, j) => sum + (x[i * N + j] * each) / 1000, 0));
      const said = states.map((own) => own[1]);
      const next = states.map((own, i) => {
        const near = ids.map((_, j) => j).filter((j) => j !== i && lap[i * N + j] !== 0);
        const heard = heardOf(
          Float64Array.from(near, (j) => -lap[i * N + j]),
          Float64Array.from(near, (j) => said[j]),
        );
        const out = new Float64Array(2);
        stepLaw(law, own, Float64Array.of(v[i]), heard, 1, out);
        return out;
      });
      q = Float64Array.from(ids, (_, i) => {
        const command = new Float64Array(1);
        law.commandInto(states[i], Float64Array.of(v[i]), command);
        return command[0];
      });
      next.forEach((each, i) => states[i].set(each));
    }
    return Math.max(...q.map(Math.abs)) / 1e-3;
  };

  it('sampled every second, K_III = 10 is borne and 12 is not', () => {
    // u⁺ = u − T·(G·L·u − K·X·q), q⁺ = −u
    const radius = (share: number): number => {
      const lap = laplacian(sunnyRing());
      const a = new Float64Array(4 * N * N);
      for (let i = 0; i < N; i++) {
        a[i * 2 * N + N + i] = -1;
        for (let j = 0; j < N; j++) {
          a[(N + i) * 2 * N + j] = share * x[i * N + j];
          a[(N + i) * 2 * N + N + j] = (i === j ? 1 : 0) - 0.3 * lap[i * N + j];
        }
      }
      const { re, im } = eigenvaluesOf(a, 2 * N);
      return Math.max(...re.map((each, k) => Math.hypot(each, im[k])));
    };
    expect(radius(10)).toBeLessThan(1);
    expect(radius(12)).toBeGreaterThan(1);
    expect(growth({ share_kvar_per_pu_per_s: 10_000, agree_per_s: 0.3 })).toBeLessThan(1);
    expect(growth({ share_kvar_per_pu_per_s: 12_000, agree_per_s: 0.3 })).toBeGreaterThan(10);
  });

  it('droop that acts at once is borne below 1/λ_max(X) = 9.43 and not above', () => {
    const level = (droop: number): number => growth({ droop_kvar_per_pu: 1000 * droop, share_kvar_per_pu_per_s: 0, agree_per_s: 0 });
    expect(level(9)).toBeLessThan(10);
    expect(level(9.9)).toBeGreaterThan(1e3);
  });
});

/** The sky clears from 30 to 95 % at 10 s, without clouds: deterministic. */
function clearing(gains: Gains, model: 'full' | 'linear', stop_s: number): number {
  const plant = controlled(feederPlant(sunnyFeeder(feeder, radialSweep, model)), gains);
  const names = ids.map((id) => `${id}.v_pu`);
  const run = simulate(plant, {
    stop_s,
    method: 'rk4',
    step_s: 0.25,
    record_s: stop_s,
    record: names,
    events: ids.map((id) => ({ at_s: 10, name: `${id}.p_kW`, value: 0.95 * 750 })),
  });
  return Math.max(...names.map((name) => outputOf(run, name).at(-1)!));
}

describe('claim of the talk, on our scenario: three levels bring the voltage back', () => {
  const off: Gains = { ramp_kvar_per_pu: 0, droop_kvar_per_pu: 0, share_kvar_per_pu_per_s: 0 };

  it('with the full power flow: 1.087 pu without, 1.074 by droop, the outer band of 1.05 by all three', () => {
    expect(clearing(off, 'full', 20)).toBeCloseTo(1.0868, 3);
    expect(clearing({ ...off, droop_kvar_per_pu: 3000 }, 'full', 40)).toBeCloseTo(1.0741, 3);
    expect(clearing({}, 'full', 400)).toBeLessThan(1.052);
  });

  it('linearised within 0.01 pu of it', () => {
    expect(Math.abs(clearing({}, 'full', 100) - clearing({}, 'linear', 100))).toBeLessThan(0.01);
  });
});

describe('bad feeders are refused', () => {
  const system = sunnyFeeder(feeder, radialSweep, 'full');

  it.each([
    ['a bus that is not there', { bus: '99' }, /"99"/],
    ['no apparent power', { s_max_kVA: 0 }, /s_max_kVA/],
    ['no lag', { lag_s: 0 }, /lag_s/],
  ])('%s', (_name, part, message) => {
    expect(() => feederPlant({ ...system, inverters: [{ ...system.inverters[0], ...part }] })).toThrow(message);
  });

  it('loads that no voltage carries', () => {
    const plant = feederPlant(system);
    plant.change('loads.scale_frac', 40, new Float64Array(N));
    const u = new Float64Array(plant.inputs.length);
    plant.inputsInto(u);
    expect(() => plant.outputsInto(new Float64Array(N), u, new Float64Array(plant.outputs.length))).toThrow(/no solution/);
  });
});
