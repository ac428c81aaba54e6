import { parse } from 'yaml';
import { catalog } from '../../catalog.ts';
import type { RegulateResult } from '../../wire/regulate-result.ts';
import type { StudyKind } from '../contract.ts';
import { type Document, servicesWith } from './studies.ts';

export const regulate = catalog.studies.find(({ kind }) => kind === 'regulate') as StudyKind<RegulateResult>;

export const runRegulate = (document: unknown, files: Readonly<Record<string, string>> = {}): Promise<RegulateResult> =>
  regulate.run(document, catalog, servicesWith(files));

/** The study that `gridflock new study regulate` prints. */
export const regulateTemplate = (): Document => parse(regulate.template);

/** Four hours of the IEEE 33-bus feeder with six resources at the ends of three of its branches, two and two. */
export const smallRegulation = (change: (document: Document) => unknown = () => {}): Document => {
  const document: Document = {
    study: 'regulate',
    network: 'ieee33',
    time: { start: '2025-06-15T10:00', step_min: 60, steps_count: 4 },
    limits: { v_min_pu: 0.88, v_max_pu: 1.1 },
    devices: [
      battery('store-18', 18),
      { id: 'sun-14', kind: 'pv', bus: 14, owner: 'baker', s_max_kVA: 300, p_available_kW: [120, 250, 280, 200] },
      { id: 'wind-22', kind: 'wind', bus: 22, owner: 'mill', s_max_kVA: 200, p_available_kW: [80, 60, 90, 120] },
      { id: 'sun-21', kind: 'pv', bus: 21, owner: 'school', s_max_kVA: 200, p_available_kW: [80, 160, 190, 130] },
      battery('store-33', 33),
      { id: 'sun-30', kind: 'pv', bus: 30, owner: 'dairy', s_max_kVA: 250, p_available_kW: [100, 200, 230, 170] },
    ],
    clusters: { distanceMax: null, choose: 1 },
  };
  change(document);
  return document;
};

/** A store that may end as it likes. */
export const battery = (id: string, bus: number | string): Document => ({
  id,
  kind: 'battery',
  bus,
  owner: 'store keeper',
  p_max_kW: 100,
  e_max_kWh: 400,
  e_min_kWh: 40,
  e_start_kWh: 200,
  e_end_min_kWh: 0,
  eta_charge_frac: 0.9,
  eta_discharge_frac: 0.9,
  s_max_kVA: 120,
});

/** A market for it: each of two sources with a storage beside it. */
export const smallMarket = (change: (market: Document) => unknown = () => {}): Document => {
  const { id: _id, bus: _bus, owner: _owner, ...storageEach } = battery('', '');
  const market: Document = {
    buy_cur_per_kWh: [0.3, 0.2, 0.2, 0.8],
    sell_cur_per_kWh: [0.25, 0.15, 0.15, 0.7],
    portfolios: [{ id: 'suns', sources: ['sun-14', 'sun-21'], storageEach: { ...storageEach, e_max_kWh: 300 } }],
  };
  change(market);
  return market;
};

/** Members that a document names but this catalogue lacks. */
export function missingFor(document: Document): string[] {
  const named = [...document.devices.map(({ kind }: Document) => kind), document.network, 'highs'];
  const members: readonly { readonly kind?: string; readonly name?: string }[] = [
    ...catalog.devices,
    ...catalog.networks,
    ...catalog.solvers,
  ];
  return [...new Set<string>(named)].filter(
    (name) => !/[./]/.test(name) && !members.some((member) => member.kind === name || member.name === name),
  );
}
