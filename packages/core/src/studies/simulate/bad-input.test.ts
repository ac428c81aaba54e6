import { describe, expect, it } from 'vitest';
import { type Document, runStudy, small } from './testing/small.ts';

const refused = async (change: (document: Document) => void): Promise<{ code: string; where: string; message: string }> => {
  const document = small();
  change(document);
  try {
    await runStudy(document);
  } catch (error) {
    return error as never;
  }
  throw new Error('the study ran');
};

describe('bad input of simulate, said before anything runs', () => {
  it.each<[string, (d: Document) => void, string, string, RegExp]>([
    ['a kind of plant that is not there', (d) => (d.plant.kind = 'microgird'), 'STUDY_UNKNOWN_MEMBER', 'plant.kind', /microgird/],
    [
      'a key of the plant with another unit',
      (d) => (d.plant.frequency_kHz = 1),
      'STUDY_UNKNOWN_KEY',
      'plant.frequency_kHz',
      /frequency_Hz/,
    ],
    ['a law that is not there', (d) => (d.control[0].kind = 'magic'), 'STUDY_UNKNOWN_MEMBER', 'control[0].kind', /magic/],
    [
      'a parameter that is not there',
      (d) => (d.control[0].parameters = { gain: 1 }),
      'CONTROL_PARAM',
      'control[0].parameters.gain',
      /no parameter/,
    ],
    [
      'a negative gain',
      (d) => (d.control[0].parameters = { gain_w_per_s: -1 }),
      'CONTROL_PARAM',
      'control[0].parameters.gain_w_per_s',
      /at least 0/,
    ],
    [
      'an agent where nothing stands',
      (d) => (d.control[0].devices = ['dg1', 'dg9']),
      'STUDY_VALUE_INVALID',
      'control[0].devices[1]',
      /dg9/,
    ],
    [
      'parameters for an agent that is not there',
      (d) => (d.control[0].each.dg7 = { pin_frac: 1 }),
      'STUDY_VALUE_INVALID',
      'control[0].each.dg7',
      /dg7/,
    ],
    ['nobody who knows the reference', (d) => (d.control[0].each = {}), 'CONTROL_GRAPH', 'control[0].each', /pin_frac/],
    [
      'a graph in two parts',
      (d) =>
        (d.control[0].communication = {
          graph: [
            ['dg1', 'dg2'],
            ['dg3', 'dg4'],
          ],
        }),
      'CONTROL_GRAPH',
      'control[0].communication.graph',
      /"dg3", "dg4"/,
    ],
    [
      'no graph at all',
      (d) => (d.control[0].communication = { graph: 'none' }),
      'CONTROL_GRAPH',
      'control[0].communication.graph',
      /not even/,
    ],
    [
      'loss in continuous time',
      (d) => Object.assign(d.control[0], { period_s: 0, communication: { loss_frac: 0.1 } }),
      'STUDY_VALUE_INVALID',
      'control[0].communication.loss_frac',
      /continuous/,
    ],
    ['two groups of one name', (d) => d.control.push(d.control[0]), 'STUDY_DUPLICATE_ID', 'control[1].name', /secondary/],
    [
      'events out of order',
      (d) =>
        (d.events = [
          { at_s: 1, set: 'load1.scale_frac', to: 1 },
          { at_s: 0.5, open: 'dg2' },
        ]),
      'SIMULATION_EVENT',
      'events[1].at_s',
      /order/,
    ],
    ['an event after the end', (d) => (d.events = [{ at_s: 3, open: 'dg2' }]), 'SIMULATION_EVENT', 'events[0].at_s', /outside/],
    [
      'an event about nothing',
      (d) => (d.events = [{ at_s: 1, set: 'load9.scale_frac', to: 1 }]),
      'SIMULATION_UNKNOWN_NAME',
      'events[0].set',
      /load9/,
    ],
    ['a breaker that is not there', (d) => (d.events = [{ at_s: 1, open: 'dg9' }]), 'SIMULATION_UNKNOWN_NAME', 'events[0].open', /dg9/],
    ['a link that is not there', (d) => (d.events = [{ at_s: 1, cut: ['dg1', 'dg3'] }]), 'SIMULATION_EVENT', 'events[0].cut', /dg3/],
    [
      'a group that is not there',
      (d) => (d.events = [{ at_s: 1, start: 'primary' }]),
      'SIMULATION_UNKNOWN_NAME',
      'events[0].start',
      /primary/,
    ],
    [
      'a set-point that agents command',
      (d) => (d.events = [{ at_s: 1, set: 'dg1.w_set_rad_per_s', to: 300 }]),
      'SIMULATION_UNKNOWN_NAME',
      'events[0].set',
      /w_set/,
    ],
    [
      'a step that its fastest mode does not allow',
      (d) => (d.integrator = { method: 'rk4', step_s: 0.05 }),
      'SIMULATION_STEP_TOO_LONG',
      '',
      /too long/,
    ],
    [
      'a sweep to zero on a logarithmic scale',
      (d) => (d.analysis.sweep = { parameter: 'secondary.speed_frac', from: 0, to: 1 }),
      'STUDY_VALUE_INVALID',
      'analysis.sweep',
      /logarithmic/,
    ],
    ['a state that is not there', (d) => (d.states = { 'dg1.p_MW': 1 }), 'SIMULATION_UNKNOWN_NAME', '', /p_MW/],
    [
      'a negative droop',
      (d) => {
        d.plant = { kind: 'microgrid', inverters: [{ id: 'a', bus: 'b', droop_rad_per_s_per_kW: -1, droop_V_per_kvar: 1 }] };
        d.control = [];
      },
      'MICROGRID_PART',
      'plant.a',
      /droop/,
    ],
    [
      'an inverter without inertia: no filter of powers',
      (d) => {
        d.plant = {
          kind: 'microgrid',
          inverters: [{ id: 'a', bus: 'b', droop_rad_per_s_per_kW: 1, droop_V_per_kvar: 1, filter_rad_per_s: 0 }],
        };
        d.control = [];
      },
      'MICROGRID_PART',
      'plant.a',
      /filter_rad_per_s/,
    ],
  ])('%s', async (_name, change, code, where, words) => {
    const error = await refused(change);
    expect(error).toMatchObject({ code });
    expect(error.where ?? '').toBe(where);
    expect(error.message).toMatch(words);
  });

  it('says which equation has no rest to start from', async () => {
    // two islands at two frequencies: the angle between them never rests
    const error = await refused((d) => {
      const droop = { droop_rad_per_s_per_kW: 0.1, droop_V_per_kvar: 1 };
      d.plant = {
        kind: 'microgrid',
        inverters: [
          { id: 'one', bus: 'b', ...droop },
          { id: 'two', bus: 'c', ...droop },
        ],
        loads: [{ id: 'load', bus: 'c', p_kW: 40, q_kvar: 0 }],
      };
      d.control = [];
    });
    expect(error).toMatchObject({ code: 'SIMULATE_NO_REST', where: 'start' });
    expect(error.message).toMatch(/two\.delta_rad still moves/);
  });
});

/** Distributed averaging with b far above what the filters of powers allow: stable at 220 V, unstable at 306 V. */
const unstable = (): Document => ({
  ...small(),
  plant: { kind: 'microgrid', scenario: 'dapi-chain' },
  control: [{ name: 'averaging', kind: 'dapi', parameters: { b_V: 500, beta_frac: 1.2 }, period_s: 0 }],
});

describe('what theory says before a run', () => {
  it('names the mode and the state of gains that are unstable', async () => {
    const document = { ...unstable(), stop_s: 0.1 };
    const { cautions, analysis } = await runStudy(document);
    expect(analysis.isStable).toBe(false);
    expect(cautions.join('\n')).toMatch(/unstable even without delay.*doubles in.*takes the largest part/s);
  });

  it('says that initial states do not balance, and which moves most', async () => {
    const { cautions } = await runStudy({ ...small(), start: 'plant', stop_s: 0.1 });
    expect(cautions.join('\n')).toMatch(/do not balance: dg\d\.p_kW is 0.000/);
    const moved = await runStudy({ ...small(), states: { 'dg2.p_kW': 0 }, stop_s: 0.1 });
    expect(moved.cautions.join('\n')).toMatch(/do not balance: dg2/);
  });

  it('names the state and the equation that blew up', async () => {
    const document = { ...small(), stop_s: 30 };
    Object.assign(document.control[0], { period_s: 0, communication: { measureDelay_s: 0.4 } });
    const result = await runStudy(document);
    expect(result.status).toBe('not-converged');
    expect(result.integration.diagnosis).toMatch(/has grown beyond.*Its equation: /);
    expect(result.checks[0]).toMatchObject({ passed: false });
  });
});
