import { InputError } from '../../base/errors.ts';
import type { Device } from '../../devices/contract.ts';
import { readParams } from '../../devices/params.ts';
import type { BusIndex } from '../../network/network.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { memberOf } from '../member.ts';
import { readSite, type Site } from '../site.ts';
import type { RegulateDocument } from './document.ts';

/** Everything the study was told, checked and in house units. */
export interface Prepared extends Site {
  readonly document: RegulateDocument;
  readonly busOf: ReadonlyMap<string, BusIndex>;
  /** Storages that sources have beside them once they trade; they exist under the market only. */
  readonly added: readonly AddedStorage[];
  readonly market: { readonly buy_cur_per_kWh: Float64Array; readonly sell_cur_per_kWh: Float64Array } | undefined;
}

/** A storage beside a source, at the source's bus. */
export interface AddedStorage {
  readonly device: Device;
  readonly source: string;
  readonly portfolio: string;
}

/** @throws {InputError} STUDY_*, DEVICE_*, REGULATE_* with the path of the key */
export async function prepare(document: RegulateDocument, catalog: Catalog, services: StudyServices): Promise<Prepared> {
  const site = await readSite(
    { ...document, slackBus: { bus: document.pcc.bus, where: 'pcc.bus' }, takenIds: () => idsOf(document) },
    catalog,
    services,
  );
  const busOf = new Map(site.network.buses.map((bus, b) => [bus.id, b]));
  site.devices.forEach(({ id, bus }, k) => {
    if (busOf.get(bus) !== site.slack) return;
    throw new InputError({
      code: 'REGULATE_AT_PCC',
      message: `"${id}" stands at bus "${bus}", the point of common coupling, where it would regulate nothing of the feeder`,
      where: `devices[${k}] "${id}".bus`,
      hint: 'Move it to a bus of the feeder.',
    });
  });
  const { market } = document;
  const added = addedStorages(document, site, catalog);
  site.devices.forEach((device, k) => checkMagnitudes(device, `devices[${k}] "${device.id}"`));
  for (const { device, portfolio } of added) {
    const k = market!.portfolios.findIndex(({ id }) => id === portfolio);
    checkMagnitudes(device, `market.portfolios[${k}].storageEach`);
  }
  return {
    ...site,
    document,
    busOf,
    added,
    market: market && {
      buy_cur_per_kWh: site.perStep(market.buy_cur_per_kWh, 'market.buy_cur_per_kWh'),
      sell_cur_per_kWh: site.perStep(market.sell_cur_per_kWh, 'market.sell_cur_per_kWh'),
    },
  };
}

/** No power, energy or price of a resource is larger; sums and squares of numbers beyond it are lost in rounding, or overflow. */
const largest = 1e12;

function checkMagnitudes({ values }: Device, where: string): void {
  for (const [key, value] of Object.entries(values)) {
    const numbers: ArrayLike<unknown> =
      typeof value === 'object' && value !== null && 'length' in value ? (value as ArrayLike<unknown>) : [value];
    const odd = Array.from(numbers).find((each) => typeof each === 'number' && Number.isFinite(each) && Math.abs(each) > largest);
    if (odd === undefined) continue;
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: `${key} is ${odd}, more than any resource has: expected up to ${largest}`,
      where: `${where}.${key}`,
      hint: 'Mind the unit, or leave the key out where there is no limit.',
    });
  }
}

/** Ids that the study gives itself: of the operator, and of storages beside sources. */
const idsOf = ({ market }: RegulateDocument): string[] => [
  'operator',
  ...(market?.portfolios ?? []).flatMap((portfolio) => ('storageEach' in portfolio ? portfolio.sources.map(storageId) : [])),
];

const storageId = (source: string): string => `storage of ${source}`;

/** Checks who is in which portfolio, and makes the storages that `storageEach` asks for. */
function addedStorages({ market }: RegulateDocument, { devices, context }: Site, catalog: Catalog): AddedStorage[] {
  const free = new Map(devices.map((device) => [device.id, device]));
  const take = (id: string, where: string): Device => {
    const device = free.get(id);
    if (!device) {
      const exists = devices.some((each) => each.id === id);
      throw new InputError({
        code: 'REGULATE_PORTFOLIO_MEMBER',
        message: exists ? `"${id}" trades in two portfolios, or twice in one` : `There is no device "${id}"`,
        where,
        hint: exists ? 'Name every device once.' : `Devices are ${devices.map((each) => each.id).join(', ')}.`,
      });
    }
    free.delete(id);
    return device;
  };
  return (market?.portfolios ?? []).flatMap((portfolio, k) => {
    const where = `market.portfolios[${k}]`;
    if (market!.portfolios.findIndex(({ id }) => id === portfolio.id) < k) {
      throw new InputError({
        code: 'STUDY_DUPLICATE_ID',
        message: `The id "${portfolio.id}" is taken by another portfolio`,
        where: `${where}.id`,
        hint: 'Give every portfolio an id of its own.',
      });
    }
    const sources = portfolio.sources.map((id, s) => take(id, `${where}.sources[${s}]`));
    if ('storage' in portfolio) {
      take(portfolio.storage, `${where}.storage`);
      return [];
    }
    const { kind: kindName, ...given } = portfolio.storageEach;
    const kind = memberOf(catalog.devices, kindName, 'kind', `${where}.storageEach.kind`);
    return sources.map(
      (source): AddedStorage => ({
        device: {
          id: storageId(source.id),
          kind,
          bus: source.bus,
          owner: source.owner,
          values: readParams(kind, given, context(`${where}.storageEach`)),
        },
        source: source.id,
        portfolio: portfolio.id,
      }),
    );
  });
}
