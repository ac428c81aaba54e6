import type { NegotiateResult } from '@gridflock/core';
import { expect, test } from 'vitest';
import { renderNegotiateReport } from './negotiate.ts';
import { sampleResult } from './testing/sample-result.ts';

const embedded = (html: string): NegotiateResult => {
  const match = /<script type="application\/json" id="result">([\s\S]*?)<\/script>/.exec(html);
  return JSON.parse(match?.[1] ?? '');
};
/** What the browser would show without running the script. */
const staticPart = (html: string): string => html.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<style[\s\S]*?<\/style>/g, '');

test('is one file that loads nothing', () => {
  const html = renderNegotiateReport(sampleResult());
  expect(html.startsWith('<!doctype html>')).toBe(true);
  expect(html.trimEnd().endsWith('</html>')).toBe(true);
  expect(staticPart(html)).not.toMatch(/\b(?:src|href|action|srcset|poster)\s*=\s*["']?(?:https?:)?\/\//i);
  expect(html).not.toMatch(/<link[^>]+stylesheet|<script[^>]+src=|<img|<iframe|<object|<embed/i);
  expect(html).not.toMatch(/@import|url\(\s*["']?(?:https?:)?\/\//i);
  expect(html).not.toMatch(/\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\s*\(/);
  expect(html).toContain("default-src 'none'");
  expect(html.match(/<script[ >]/g)).toHaveLength(2);
});

test('stays small for 33 buses and one day by hours', () => {
  expect(renderNegotiateReport(sampleResult()).length).toBeLessThan(260_000);
});

test('is the same for the same result, and the inlined script is valid', () => {
  expect(renderNegotiateReport(sampleResult())).toBe(renderNegotiateReport(sampleResult()));
  const html = renderNegotiateReport(sampleResult());
  const script = html.slice(html.lastIndexOf('<script>') + 8, html.lastIndexOf('</script>'));
  expect(() => new Function(script)).not.toThrow();
});

test('holds every bus, branch, device and owner, with numbers to six digits', () => {
  const result = sampleResult();
  const data = embedded(renderNegotiateReport(result));
  expect(data.feeder).toEqual(result.feeder);
  expect(data.devices).toEqual(result.devices);
  expect(data.plans.map((plan) => plan.name)).toEqual(['uncoordinated', 'negotiated', 'central']);
  expect(data.plans[1]?.ac.v_pu[17]?.[19]).toBeCloseTo(result.plans[1]!.ac.v_pu[17]![19]!, 5);
  const html = staticPart(renderNegotiateReport(result));
  for (const owner of result.owners) expect(html).toContain(owner.owner);
  for (const device of result.devices) expect(html).toContain(device.id);
  for (const check of result.checks) expect(html).toContain(check.name);
  for (const note of result.notes) expect(html).toContain(note);
  for (const { sha256 } of result.provenance.inputs) expect(html).toContain(sha256);
});

test('tells figures, checks, money and messages without its script', () => {
  const html = staticPart(renderNegotiateReport(sampleResult()));
  expect(html).toContain('All 38 voltage violations disappear');
  expect(html).toMatch(/6 of 6 passed/);
  expect(html).toContain('price_cur_per_kWh');
  expect(html).toContain('None of the 24 private names is among the');
  for (const id of ['feeder', 'schedule', 'prices', 'states', 'voltage', 'convergence', 'owners', 'wire', 'kept', 'notes']) {
    expect(html).toContain(`id="${id}"`);
  }
});

test('says so when a private parameter is on the wire', () => {
  const result = sampleResult();
  const leaky = { ...result, negotiation: { ...result.negotiation, keptAtHome: [{ agent: 'pv', names: ['p_kW'] }] } };
  expect(staticPart(renderNegotiateReport(leaky))).toContain('On the wire although private: p_kW');
});

test('hostile names stay text', () => {
  const evil = '</script><script>alert(1)</script><!--';
  const quoted = `"><img src=x onerror='alert(2)'>`;
  const result = sampleResult();
  const html = renderNegotiateReport({
    ...result,
    title: evil,
    network: quoted,
    study: evil,
    notes: [evil, quoted],
    owners: [{ owner: evil, devices: [quoted], alone_cur: 1, negotiated_cur: 2, gain_cur: 1 }],
    devices: [{ id: evil, kind: quoted, bus: '1', owner: evil }],
    checks: [{ name: quoted, passed: false, value: 1, limit: 0 }],
    certificate: { [evil]: quoted },
    kpis: { [quoted]: 1 },
    feeder: { ...result.feeder, buses: [{ id: evil, v_min_pu: 0.95, v_max_pu: 1.05 }], source: evil },
    negotiation: {
      ...result.negotiation,
      scheme: evil,
      transport: quoted,
      conflict: [{ net: evil, step: 0, imbalance_kW: 1, agents: [quoted] }],
      traffic: [{ from: evil, to: quoted, kind: evil, fields: [quoted], messages_count: 1, bytes_count: 1 }],
      keptAtHome: [{ agent: evil, names: [quoted] }],
    },
    provenance: { version: quoted, seed: 1, inputs: [{ path: evil, sha256: quoted }] },
  });
  expect(html.match(/<script[ >]/g)).toHaveLength(2);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  expect(html).not.toContain('<img');
  expect(html).not.toContain('<!--');
  expect(embedded(html).title).toBe(evil);
});

test('a conflict comes first, an infeasible study promises nothing', () => {
  const result = sampleResult();
  const stalled = staticPart(
    renderNegotiateReport({
      ...result,
      status: 'not-converged',
      negotiation: {
        ...result.negotiation,
        converged: false,
        conflict: [{ net: 'net-18', step: 19, imbalance_kW: 12.345, agents: ['ev-depot', 'feeder'] }],
      },
    }),
  );
  expect(stalled).toContain('The agents could not agree');
  expect(stalled.indexOf('The agents could not agree')).toBeLessThan(stalled.indexOf('Voltage violations'));
  expect(stalled).toContain('2025-01-15T19:00+08:00');
  expect(stalled).toContain('12.345');
  expect(stalled).toContain('ev-depot, feeder');
  const infeasible = staticPart(renderNegotiateReport({ ...result, status: 'infeasible', plans: [] }));
  expect(infeasible).toContain('No plan exists');
  expect(infeasible).not.toContain('disappear');
});

test('does without plans, prices, owners, rounds, times', () => {
  const result = sampleResult();
  const plans = result.plans.map(({ price_cur_per_kWh: _, ...plan }) => plan);
  expect(() => renderNegotiateReport({ ...result, plans })).not.toThrow();
  const bare = {
    ...result,
    plans: result.plans.slice(1, 2),
    owners: [],
    devices: [],
    notes: [],
    checks: [],
    certificate: {},
    kpis: {},
    time: { ...result.time, steps: [] },
    negotiation: { ...result.negotiation, history: [], traffic: [], keptAtHome: [], nets: [] },
  };
  const html = renderNegotiateReport(bare);
  expect(staticPart(html)).not.toMatch(/NaN|undefined|Infinity/);
  expect(renderNegotiateReport(sampleResult({ feeder: '1-bus', steps: 1 }))).toContain('1 × 24 h');
});
