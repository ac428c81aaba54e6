import type { RegulateResult } from '@gridflock/core';
import { expect, test } from 'vitest';
import { clusterLetter } from './regulate/one-line.ts';
import { histogram } from './regulate/point-chart.ts';
import { renderRegulateReport } from './regulate.ts';
import { sampleRegulate } from './testing/sample-regulate.ts';

/** What a reader is shown as text, without style and drawing. */
const textOf = (html: string): string =>
  html
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<svg[\s\S]*?<\/svg>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
/** What matches, and not the whole page, when it should not. */
const found = (html: string, pattern: RegExp): string[] => [...html.matchAll(pattern)].map(([text]) => text);
const section = (html: string, id: string): string => /[\s\S]*?<\/section>/.exec(html.slice(html.indexOf(`id="${id}"`)))?.[0] ?? '';

test('is one file without script that loads nothing, the same for the same result', () => {
  const html = renderRegulateReport(sampleRegulate());
  expect(html).toBe(renderRegulateReport(sampleRegulate()));
  expect(html.startsWith('<!doctype html>')).toBe(true);
  expect(html.trimEnd().endsWith('</html>')).toBe(true);
  expect(found(html, /<script|<img|<iframe|<object|<embed|@import|stylesheet|url\((?!#)/gi)).toEqual([]);
  expect(found(html, /\b(?:src|href|action)\s*=\s*["']?https?:/gi)).toEqual([]);
  expect(found(html, /default-src '[a-z]+'/g)).toEqual(["default-src 'none'"]);
  expect(found(textOf(html), /.{20}(?:NaN|undefined|Infinity|\[object)/g)).toEqual([]);
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
  expect(new Set(ids).size).toBe(ids.length);
});

test('shows every part of the result, each check, run, resource, note and explanation', () => {
  const result = sampleRegulate();
  const html = renderRegulateReport(result);
  const text = textOf(html);
  for (const id of [
    'runs',
    'bands',
    'clusters',
    'partitions',
    'screening',
    'market',
    'revenue',
    'characteristics',
    'constraint-set',
    'published',
    'wire',
    'kept',
    'notes',
  ]) {
    expect(html.includes(`id="${id}"`), id).toBe(true);
  }
  for (const run of result.runs) expect(section(html, 'runs')).toContain(run.name);
  for (const { id } of result.resources) expect(section(html, 'revenue')).toContain(id);
  for (const { name } of result.checks) expect(text).toContain(name);
  for (const { name } of result.characteristics) expect(text).toContain(name);
  for (const { what, explanation } of result.published) {
    expect(section(html, 'published')).toContain(what);
    expect(section(html, 'published')).toContain(explanation);
  }
  expect(section(html, 'published').match(/The paper samples\./g)).toHaveLength(1);
  expect(text).toContain('None of the 3 private names is among the 2 fields on the wire');
  expect(text).toContain(result.commands.made);
  expect(text).toContain('sha'.toUpperCase());
});

test('draws each way to regulate with command, response and band, and marks the steps held at the edge', () => {
  const result = sampleRegulate();
  const bands = section(renderRegulateReport(result), 'bands');
  // 4 ways × 2 sides of the market × P and Q, and one line in the key
  expect(bands.match(/class="line given"/g)).toHaveLength(16 + 1);
  expect(bands.match(/class="line asked"/g)).toHaveLength(16 + 1);
  expect(bands.match(/type="radio"/g)).toHaveLength(4);
  const held_count = result.runs.reduce((total, { saturated }) => total + saturated.length, 0);
  expect(held_count).toBeGreaterThan(0);
  expect(bands.match(/<rect class="held"/g)).toHaveLength(held_count);
  expect(section(renderRegulateReport(result), 'runs')).toContain('18:00, 19:00, 20:00');
});

test('colours every bus of a cluster and names the resources', () => {
  const result = sampleRegulate();
  const clusters = section(renderRegulateReport(result), 'clusters');
  const first = /<svg class="plot oneline"[\s\S]*?<\/svg>/.exec(clusters)?.[0] ?? '';
  expect(first.match(/<circle class="spot/g)).toHaveLength(32);
  expect(first.match(/<rect class="spot"/g)).toHaveLength(1);
  expect(first.match(/class="hull /g)).toHaveLength(4);
  for (const [c, { buses }] of result.partitions.chosen[0]!.clusters.entries()) {
    expect(first.split(`<g class="hue-${c}">`)).toHaveLength(1 + buses.length);
    for (const bus of buses) expect(first).toMatch(new RegExp(`<title>bus ${bus}, cluster ${clusterLetter(c)}\\b`));
  }
  for (const { id } of result.resources) expect(clusters).toContain(id);
});

test('letters go on after Z, and a histogram counts each value once', () => {
  expect([0, 25, 26, 51, 52, 702].map(clusterLetter)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'AAA']);
  expect([...histogram([0, 0.1, 0.5, 0.99, 1], 0, 1, 2)]).toEqual([2, 3]);
  expect([...histogram([3, 3], 3, 3, 2)]).toEqual([2, 0]);
});

test('shows published counts beside ours', () => {
  const partitions = section(renderRegulateReport(sampleRegulate()), 'partitions');
  expect(partitions.match(/<circle class="dot published" cx="\d/g)).toHaveLength(3 + 1);
  for (const count of [48, 342, 755, 78, 590, 1080]) expect(partitions).toContain(`>${count}<`);
});

test('does without market, screening, safe set, published numbers and steps', () => {
  const full = sampleRegulate();
  const bare: RegulateResult = {
    ...full,
    market: { structure: 'none', buy_cur_per_kWh: [], sell_cur_per_kWh: [], portfolios: [] },
    runs: full.runs.filter(({ withMarket }) => !withMarket),
    screening: undefined,
    constraintSet: undefined,
    published: [],
    characteristics: [],
    traffic: [],
    keptAtHome: [],
    notes: [],
  };
  const html = renderRegulateReport(bare);
  for (const id of ['screening', 'market', 'revenue', 'characteristics', 'constraint-set', 'published', 'wire'])
    expect(html.includes(`id="${id}"`), id).toBe(false);
  expect(found(textOf(html), /.{20}(?:NaN|undefined|Infinity|with the market|Revenue)/g)).toEqual([]);
  const empty = renderRegulateReport({
    ...bare,
    runs: [],
    time: { ...full.time, steps: [] },
    partitions: { ...full.partitions, chosen: [], curve: [], byClusters: [] },
  });
  expect(found(textOf(empty), /.{20}(?:NaN|undefined|Infinity)/g)).toEqual([]);
});

test('says so when a private parameter is on the wire, and when a voltage leaves its limits', () => {
  const result = sampleRegulate();
  const html = renderRegulateReport({
    ...result,
    keptAtHome: [{ agent: 'pv', names: ['p_kW'] }],
    runs: result.runs.map((run, k) => (k === 0 ? { ...run, v_violation_max_pu: 0.02 } : run)),
  });
  expect(textOf(html)).toContain('On the wire although private: p_kW');
  expect(section(html, 'runs').match(/number out/g)).toHaveLength(1);
});

test('hostile names stay text', () => {
  const evil = '</style><script>alert(1)</script><!--';
  const quoted = `"><img src=x onerror='alert(2)'>`;
  const result = sampleRegulate();
  const html = renderRegulateReport({
    ...result,
    title: evil,
    network: quoted,
    study: evil,
    currency: quoted,
    notes: [evil],
    resources: result.resources.map((one) => ({ ...one, id: evil, owner: quoted, kind: evil })),
    commands: { ...result.commands, made: evil },
    feeder: { ...result.feeder, name: quoted, source: evil },
    runs: result.runs.map((run) => ({ ...run, name: quoted, ...(run.partition === undefined ? {} : { partition: evil }) })),
    partitions: { ...result.partitions, chosen: result.partitions.chosen.map((one) => ({ ...one, name: evil })) },
    market: {
      ...result.market,
      structure: quoted,
      portfolios: result.market.portfolios.map((one) => ({ ...one, id: evil, storage: quoted, members: [evil] })),
    },
    characteristics: [{ name: evil, about: quoted, guaranteed: true, numbers_per_cluster_count: 4 }],
    published: [{ what: evil, source: quoted, published: 1, ours: 2, unit: quoted, explanation: evil }],
    traffic: [{ from: evil, to: quoted, kind: evil, fields: [quoted], messages_count: 1, bytes_count: 1 }],
  });
  expect(found(html, /<script|<img|<!--/g)).toEqual([]);
  expect(html.match(/<\/style>/g)).toHaveLength(1);
});

test('a large study stays under 2 MB and shows the first of many', () => {
  const result = sampleRegulate({
    feeder: '141-bus',
    steps: 96,
    resources_count: 200,
    clusters_count: 12,
    portfolios_count: 90,
    screened_count: 5000,
  });
  const html = renderRegulateReport(result);
  expect(html.length).toBeLessThan(2_000_000);
  expect(textOf(section(html, 'revenue'))).toContain('of 200; all in resources.csv');
  expect(textOf(section(html, 'market'))).toContain('(12 of 90; all in market.csv)');
});
