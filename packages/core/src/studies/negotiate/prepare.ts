import { InputError } from '../../base/errors.ts';
import type { Device } from '../../devices/contract.ts';
import { readParams } from '../../devices/params.ts';
import type { Formulation } from '../../formulations/contract.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { memberOf } from '../member.ts';
import { readSite, type Site } from '../site.ts';
import type { NegotiateDocument } from './document.ts';

/** Everything the study was told, checked and in house units. */
export interface Prepared extends Site {
  readonly document: NegotiateDocument;
  readonly upstream: Device;
  readonly formulation: Formulation;
  readonly buy_cur_per_kWh: Float64Array;
  readonly sell_cur_per_kWh: Float64Array;
}

export async function prepare(document: NegotiateDocument, catalog: Catalog, services: StudyServices): Promise<Prepared> {
  const { kind: kindName, owner, bus, ...upstreamParams } = document.upstream;
  const site = await readSite(
    {
      ...document,
      slackBus: { bus, where: 'upstream.bus' },
      takenIds: (network) => [
        ...['grid', 'wires', 'convener', 'trustee'],
        ...network.buses.flatMap((each) => [`net ${each.id}`, `crowd at net ${each.id}`]),
      ],
    },
    catalog,
    services,
  );
  const kind = memberOf(catalog.devices, kindName, 'kind', 'upstream.kind');
  const buy_cur_per_kWh = site.perStep(document.tariff.buy_cur_per_kWh, 'tariff.buy_cur_per_kWh');
  const sell_cur_per_kWh = site.perStep(document.tariff.sell_cur_per_kWh, 'tariff.sell_cur_per_kWh');
  checkTariff(buy_cur_per_kWh, sell_cur_per_kWh);
  return {
    ...site,
    document,
    upstream: {
      id: 'grid',
      kind,
      bus: site.network.buses[site.slack].id,
      owner,
      values: readParams(kind, upstreamParams, site.context('upstream')),
    },
    formulation: memberOf(catalog.formulations, document.formulation, 'name', 'formulation'),
    buy_cur_per_kWh,
    sell_cur_per_kWh,
  };
}

/** Buying to sell at once would pay without end, and no plan would be the best. */
function checkTariff(buy_cur_per_kWh: Float64Array, sell_cur_per_kWh: Float64Array): void {
  const t = sell_cur_per_kWh.findIndex((sell, k) => sell > buy_cur_per_kWh[k]);
  if (t < 0) return;
  throw new InputError({
    code: 'STUDY_VALUE_INVALID',
    message: `The tariff pays ${sell_cur_per_kWh[t]} for what it sells at ${buy_cur_per_kWh[t]} at step ${t}, so that buying to sell would pay without end`,
    where: 'tariff.sell_cur_per_kWh',
    hint: 'Keep the selling price at or below the buying price on every step.',
  });
}
