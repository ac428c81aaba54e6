import { describe, expect, it } from 'vitest';
import { checkAgents, readFaultScript } from './read-script.ts';
import { type FaultKind, faultSpecs, fits, phases } from './script.ts';

describe('readFaultScript', () => {
  it('takes a list, or an object with a list', () => {
    const loss = { fault: 'loss', loss_frac: 0.1 };
    expect(readFaultScript([loss])).toEqual({ faults: [loss] });
    expect(readFaultScript({ seed: 7, faults: [loss] })).toEqual({ faults: [loss] });
  });

  it('takes each kind with all its keys', () => {
    for (const [fault, spec] of Object.entries(faultSpecs)) {
      const entry: Record<string, unknown> = { fault };
      for (const [key, wanted] of Object.entries(spec)) {
        entry[key] = wanted.type === 'choice' ? wanted.among[0] : wanted.type === 'names' || wanted.type === 'name' ? 'a*' : 1;
      }
      if ('until_s' in entry) entry['until_s'] = 2;
      expect(readFaultScript([entry])).toEqual({ faults: [entry] });
    }
  });

  it.each([
    ['no list', 'storm', 'FAULTS_INVALID', 'faults', /list of faults, got "storm"/],
    ['an entry that is none', [3], 'FAULTS_INVALID', 'faults[0]', /got 3/],
    ['no kind', [{ loss_frac: 1 }], 'FAULTS_UNKNOWN_KIND', 'faults[0].fault', /does not say which it is/],
    ['an unknown kind', [{ fault: 'dely' }], 'FAULTS_UNKNOWN_KIND', 'faults[0].fault', /Did you mean "delay"/],
    ['an unknown key', [{ fault: 'loss', los_frac: 1 }], 'FAULTS_UNKNOWN_KEY', 'faults[0].los_frac', /Did you mean "loss_frac"/],
    ['a missing key', [{ fault: 'loss' }], 'FAULTS_INVALID', 'faults[0].loss_frac', /needs "loss_frac".*from 0 to 1/],
    [
      'a number out of range',
      [{ fault: 'loss', loss_frac: 2 }],
      'FAULTS_INVALID',
      'faults[0].loss_frac',
      /is 2: expected a number from 0 to 1/,
    ],
    ['NaN', [{ fault: 'loss', loss_frac: Number.NaN }], 'FAULTS_INVALID', 'faults[0].loss_frac', /NaN/],
    ['half a copy', [{ fault: 'duplicate', duplicate_frac: 1, copies_count: 1.5 }], 'FAULTS_INVALID', 'faults[0].copies_count', /whole/],
    ['a choice', [{ fault: 'alter', alter_frac: 1, how: 'rot' }], 'FAULTS_INVALID', 'faults[0].how', /bit-flip/],
    ['an empty name', [{ fault: 'partition', agents: [''] }], 'FAULTS_INVALID', 'faults[0].agents', /a list of names/],
    ['an end before the start', [{ fault: 'loss', loss_frac: 1, after_s: 2, until_s: 1 }], 'FAULTS_INVALID', 'faults[0].until_s', /before/],
    ['no mean', [{ fault: 'delay', law: 'pareto', shape: 1 }], 'FAULTS_INVALID', 'faults[0].shape', /no mean/],
  ])('refuses %s, with place and cure', (_, document, code, where, message) => {
    expect(() => readFaultScript(document)).toThrow(expect.objectContaining({ code, where, message: expect.stringMatching(message) }));
  });

  it('names the file or key that it reads', () => {
    expect(() => readFaultScript({ faults: [{ fault: 'loss' }] }, 'storm.yaml')).toThrow(
      expect.objectContaining({ where: 'storm.yaml.faults[0].loss_frac' }),
    );
  });

  it('knows when each kind acts', () => {
    expect([...phases].sort()).toEqual(Object.keys(faultSpecs).sort() as FaultKind[]);
  });
});

describe('names in a script', () => {
  it('fit with stars anywhere', () => {
    const cases: [string, string, boolean][] = [
      ['net n1', 'net n1', true],
      ['net n1', 'net *', true],
      ['net n1', '*1', true],
      ['net n1', 'n*n*1', true],
      ['net n1', '*', true],
      ['net n1', 'net', false],
      ['net n1', '*2', false],
      ['ab', 'ab*b', false],
      ['a.c', 'a?c', false],
    ];
    for (const [name, wanted, isFit] of cases) expect([name, wanted, fits(name, wanted)]).toEqual([name, wanted, isFit]);
    expect(fits('b', ['a', 'b'])).toBe(true);
    expect(fits('b', undefined)).toBe(true);
  });

  it('that fit nobody are an error: the fault would never act', () => {
    const script = readFaultScript([{ fault: 'crash', agents: ['batery 1', 'net *'], at_s: 1 }]);
    expect(() => checkAgents(script, ['battery 1', 'net 1'])).toThrow(
      expect.objectContaining({ code: 'FAULTS_UNKNOWN_AGENT', where: 'faults[0].agents', hint: 'Did you mean "battery 1"?' }),
    );
    expect(() => checkAgents(script, ['batery 1', 'net 1'])).not.toThrow();
  });
});
