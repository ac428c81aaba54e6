import { InputError } from '../../base/errors.ts';
import type { Device } from '../../devices/contract.ts';
import type { Portfolio, Source, Storage } from './market/contract.ts';
import { storageStep } from './market/storage.ts';
import type { Prepared } from './prepare.ts';

/** Largest active power of a device on every step, were it to give all it can at once. */
export type AvailableOf = (device: Device) => readonly number[];

/** Who trades, as the market needs to know it: sources with what they could give, and their storage. */
export function portfoliosOf(prepared: Prepared, available: AvailableOf): Portfolio[] {
  const deviceOf = new Map(prepared.devices.map((device) => [device.id, device]));
  const keepsEnergy = prepared.document.market?.keepsEnergy ?? true;
  const sourceOf = (id: string): Source => ({ id, p_available_kW: available(deviceOf.get(id)!) });
  return (prepared.document.market?.portfolios ?? []).flatMap((portfolio, k): Portfolio[] => {
    if ('storage' in portfolio) {
      const storage = storageOf(deviceOf.get(portfolio.storage)!, keepsEnergy, `market.portfolios[${k}].storage`);
      return [{ id: portfolio.id, sources: portfolio.sources.map(sourceOf), storage }];
    }
    return prepared.added
      .filter((added) => added.portfolio === portfolio.id)
      .map(({ device, source }) => ({
        id: `${portfolio.id}: ${source}`,
        sources: [sourceOf(source)],
        storage: storageOf(device, keepsEnergy, `market.portfolios[${k}].storageEach`),
      }));
  });
}

/** Whether a storage may stay idle: one that leaks and must end as full as it began, or fuller than that, may not. */
export function mayRest(prepared: Prepared, storageId: string): boolean {
  const { market } = prepared.document;
  const device = [...prepared.devices, ...prepared.added.map((added) => added.device)].find(({ id }) => id === storageId)!;
  const storage = storageOf(device, market?.keepsEnergy ?? true, 'market');
  const { keeps_frac, e_end_min_kWh } = storageStep(storage, prepared.grid.dt_h);
  return keeps_frac ** prepared.grid.steps_count * storage.e_start_kWh >= e_end_min_kWh;
}

const needed = ['p_max_kW', 'e_max_kWh', 'e_start_kWh', 'eta_charge_frac', 'eta_discharge_frac'] as const;

/** A device is a storage when it has the parameters of one. */
function storageOf({ id, kind, values }: Device, keepsEnergy: boolean, where: string): Storage {
  const number = (name: string): number | undefined => {
    const value = (values as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'number' ? value : undefined;
  };
  const missing = needed.filter((name) => number(name) === undefined);
  if (missing.length > 0) {
    throw new InputError({
      code: 'REGULATE_NO_STORAGE',
      message: `"${id}" is a ${kind.kind}, which cannot store for a portfolio: it has no ${missing.join(', ')}`,
      where,
      hint: 'Name a battery, or give the portfolio storageEach.',
    });
  }
  const e_max_kWh = number('e_max_kWh')!;
  return {
    id,
    p_charge_max_kW: number('p_max_kW')!,
    p_discharge_max_kW: number('p_max_kW')!,
    eta_charge_frac: number('eta_charge_frac')!,
    eta_discharge_frac: number('eta_discharge_frac')!,
    e_rated_kWh: e_max_kWh,
    soc_min_frac: (number('e_min_kWh') ?? 0) / e_max_kWh,
    soc_max_frac: 1,
    e_start_kWh: number('e_start_kWh')!,
    e_end_min_kWh: Math.max(keepsEnergy ? number('e_start_kWh')! : 0, number('e_end_min_kWh') ?? 0),
    selfDischarge_per_h: number('leak_per_h') ?? 0,
  };
}
