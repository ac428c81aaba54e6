import { describe, expect, it } from 'vitest';
import { hashOf, type Route, routeOf } from './route.ts';

describe('addresses of views', () => {
  it.each<Route>([
    { view: 'runs' },
    { view: 'run', id: 'a-1', part: 'report' },
    { view: 'run', id: 'a-1', part: 'files' },
    { view: 'studies' },
    { view: 'new-study', network: undefined },
    { view: 'new-study', network: 'my feeder & yours.dss' },
    { view: 'study', id: 'x/y', line: undefined },
    { view: 'study', id: 'x', line: 31 },
    { view: 'networks' },
    { view: 'network', id: '50%' },
  ])('comes back from $view', (route) => {
    expect(routeOf(hashOf(route))).toEqual(route);
  });

  it('begins with the runs, and bears what nobody wrote', () => {
    expect(routeOf('')).toEqual({ view: 'runs' });
    expect(routeOf('#/runs/%E0%A4%A')).toEqual({ view: 'run', id: '%E0%A4%A', part: 'report' });
    expect(routeOf('#/studies/x?line=-3')).toEqual({ view: 'study', id: 'x', line: undefined });
    expect(routeOf('#/elsewhere')).toEqual({ view: 'nowhere' });
  });
});
