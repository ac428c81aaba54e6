import { expect, it } from 'vitest';
import { withEnrolledLimits } from './enrolled-limits.ts';
import { enrolmentOf } from './enrolment.ts';
import { SecretKey } from './secret-key.ts';

it('whoever adds up holds each terminal to its enrolled limits, or to narrower ones of the file', () => {
  const key = SecretKey.generate().public.text;
  const enrolled = { p_min_kW: -5, p_max_kW: 3, q_max_kvar: 2 };
  const list = enrolmentOf(
    {
      enrolment: 1,
      serial: 1,
      agents: [
        { id: 'a', key, nets: ['net 1'], ...enrolled },
        { id: 'b', key, nets: ['net 1'] },
      ],
    },
    'list',
  );
  const terminal = (id: string, limits?: object): object => ({ id, terminals_count: 1, ...(limits && { limits }) });
  const file = (...terminals: object[]): Record<string, unknown> => ({
    run: 'r',
    agents: [
      { id: 'net 1', as: 'net', terms: { rho: 1, terminals } },
      { id: 'c', as: 'convener', terms: { nets: ['net 1'] } },
    ],
  });
  const own = { p_min_kW: -9, p_max_kW: 1, q_max_kvar: 9 };
  expect(withEnrolledLimits(file(terminal('a'), terminal('b', own), terminal('c')), list)).toEqual(
    file(terminal('a', enrolled), terminal('b', own), terminal('c')),
  );
  expect(withEnrolledLimits(file(terminal('a', own)), list)).toEqual(file(terminal('a', { p_min_kW: -5, p_max_kW: 1, q_max_kvar: 2 })));
  expect(withEnrolledLimits({ agents: 'none' }, list)).toEqual({ agents: 'none' });
});

it('whoever hears a crowd as one holds it to the sum of what its members are enrolled with, if all are', () => {
  const key = SecretKey.generate().public.text;
  const agents = [1, 2, 4].map((scale) => ({
    ...{ id: `house ${scale}`, key, nets: ['net 1'] },
    ...{ p_min_kW: -5 * scale, p_max_kW: scale, q_max_kvar: 0.5 * scale },
  }));
  const list = enrolmentOf({ enrolment: 1, serial: 1, agents: [...agents, { id: 'free', key, nets: ['net 1'] }] }, 'list');
  const file = (members: unknown, limits: object): Record<string, unknown> => ({
    agents: [{ id: 'net 1', as: 'net', terms: { terminals: [{ id: 'crowd', limits }] }, crowds: [{ net: 'net 1', members }] }],
  });
  const own = { p_min_kW: -20, p_max_kW: 100, q_max_kvar: 100 };
  const all = agents.map(({ id }) => id);
  expect(withEnrolledLimits(file(all, own), list)).toEqual(file(all, { p_min_kW: -20, p_max_kW: 7, q_max_kvar: 3.5 }));
  expect(withEnrolledLimits(file([...all, 'free'], own), list)).toEqual(file([...all, 'free'], own));
  expect(withEnrolledLimits(file('all', own), list)).toEqual(file('all', own));
});
