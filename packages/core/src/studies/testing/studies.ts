import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import type { NegotiateResult } from '../../wire/result.ts';
import type { StudyKind, StudyServices } from '../contract.ts';

/** A study file as plain data, to be changed by tests. */
export type Document = any;

export const negotiate = catalog.studies.find((study) => study.kind === 'negotiate') as StudyKind<NegotiateResult>;

/** A world with the files given and nothing else. */
let now_s = 0;
let tick_s = 1e-3;

export const servicesWith = (files: Readonly<Record<string, string>> = {}): StudyServices => ({
  readText: async (path) => {
    if (path in files) return files[path];
    throw new Error(`no file ${path}`);
  },
  onProgress: () => {},
  breathe: async () => {},
  // Never two equal intervals, so that a time that gets into a result shows.
  clock_s: () => (now_s += tick_s *= 1.01),
  version: 'test',
});

export const run = (document: unknown, files: Readonly<Record<string, string>> = {}): Promise<NegotiateResult> =>
  negotiate.run(document, catalog, servicesWith(files));

/** The study that `gridflock new study negotiate` prints. */
export const templateDocument = (): Document => parse(negotiate.template);

/** Two devices for `smallStudy`. */
export const store = {
  id: 'store',
  kind: 'battery',
  bus: 'farm',
  owner: 'farmer',
  p_max_kW: 5,
  e_max_kWh: 20,
  e_start_kWh: 10,
  e_end_min_kWh: 10,
  s_max_kVA: 5,
};
export const roof = { id: 'roof', kind: 'pv', bus: 'mill', owner: 'miller', s_max_kVA: 10, p_available_kW: [0, 5, 8, 2] };

/** Four hours on the four-bus feeder with the devices given; prices are dear in the third hour. */
export const smallStudy = (devices: readonly object[]): Document => ({
  study: 'negotiate',
  network: 'four-bus',
  time: { start: '2025-01-15T00:00', step_min: 60, steps_count: 4 },
  tariff: { buy_cur_per_kWh: [0.2, 0.3, 0.4, 0.2], sell_cur_per_kWh: 0.1 },
  upstream: {
    buy_cur_per_kWh: [0.2, 0.3, 0.4, 0.2],
    sell_cur_per_kWh: 0.1,
    p_import_max_kW: 200,
    p_export_max_kW: 100,
    q_max_kvar: 100,
  },
  devices,
});

/** Device kinds that a document names but this catalogue lacks: a member may be deleted, and then there is nothing to test. */
export function missingKinds(document: Document): string[] {
  const named: string[] = [document.upstream?.kind ?? ['grid', 'connection'].join('-'), ...document.devices.map((d: Document) => d.kind)];
  return [...new Set(named)].filter((kind) => !catalog.devices.some((member) => member.kind === kind));
}

/** Title of a suite that is skipped when kinds are missing, with the reason. */
export const titled = (title: string, missing: readonly string[]): string =>
  missing.length === 0 ? title : `${title} (skipped: the catalogue has no ${missing.join(', ')})`;
