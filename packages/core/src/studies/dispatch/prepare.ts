import { didYouMean, InputError } from '../../base/errors.ts';
import type { Device } from '../../devices/contract.ts';
import { readParams } from '../../devices/params.ts';
import type { Formulation } from '../../formulations/contract.ts';
import { at } from '../../problem/affine.ts';
import type { Decided } from '../../problem/place-block.ts';
import type { ErrorLaw } from '../../uncertainty/forecast-error.ts';
import type { Catalog, StudyServices } from '../contract.ts';
import { memberOf } from '../member.ts';
import { readSite, type Site } from '../site.ts';
import type { DispatchDocument } from './document.ts';

/** Everything the study was told, checked and in house units. */
export interface Prepared extends Site {
  readonly document: DispatchDocument;
  /** The grid above, then the devices. */
  readonly everyone: readonly Device[];
  readonly decided: readonly Decided[];
  readonly formulation: Formulation;
  readonly quantities: readonly Quantity[];
  /** One for every quantity and step on which something is expected. */
  readonly symbols: readonly PlacedSymbol[];
}

/** An uncertain parameter of one device, or of several together: its total, which they share as in the forecast. */
export interface Quantity {
  readonly spec: DispatchDocument['uncertain'][number];
  /** Indices among everyone. */
  readonly members: readonly number[];
  /** Total forecast. @shape (steps) */
  readonly forecast: Float64Array;
  readonly law: ErrorLaw | undefined;
}

/** A quantity on a step. */
export interface PlacedSymbol {
  readonly quantity: number;
  readonly step: number;
  readonly expected: number;
}

/** @throws {InputError} STUDY_*, DEVICE_*, DISPATCH_* with the path of the key */
export async function prepare(document: DispatchDocument, catalog: Catalog, services: StudyServices): Promise<Prepared> {
  const { kind: kindName, owner, bus, ...upstreamParams } = document.upstream;
  const site = await readSite(
    { ...document, slackBus: { bus, where: 'upstream.bus' }, takenIds: () => ['grid', 'wires'] },
    catalog,
    services,
  );
  const kind = memberOf(catalog.devices, kindName, 'kind', 'upstream.kind');
  const values = readParams(kind, upstreamParams, site.context('upstream'));
  const upstream: Device = { id: 'grid', kind, bus: site.network.buses[site.slack].id, owner, values };
  const everyone = [upstream, ...site.devices];
  const quantities = document.uncertain.map((spec, q) => quantityOf(spec, everyone, site, `uncertain[${q}]`));
  checkNames(quantities);
  checkHold(document, site.grid.steps_count);
  const symbols = quantities.flatMap(({ forecast }, quantity) =>
    [...forecast.keys()].filter((step) => forecast[step] !== 0).map((step): PlacedSymbol => ({ quantity, step, expected: forecast[step] })),
  );
  return {
    ...site,
    document,
    everyone,
    decided: decidedOf(document, everyone),
    formulation: memberOf(catalog.formulations, document.formulation, 'name', 'formulation'),
    quantities,
    symbols,
  };
}

/** The values of a device at an outcome: uncertain parameters move with the total of their quantity. */
export function valuesAt(prepared: Prepared, k: number, u: ArrayLike<number>): Device['values'] {
  const { everyone, quantities, symbols, grid } = prepared;
  const { values } = everyone[k];
  const changed: Record<string, Float64Array> = {};
  quantities.forEach(({ members, spec }) => {
    if (members.includes(k)) changed[spec.parameter] = forecastOf(values, spec.parameter, grid.steps_count);
  });
  if (Object.keys(changed).length === 0) return values;
  symbols.forEach(({ quantity, step, expected }, s) => {
    const { members, spec } = quantities[quantity];
    if (members.includes(k)) changed[spec.parameter][step] *= u[s] / expected;
  });
  return { ...values, ...changed } as unknown as Device['values'];
}

const forecastOf = (values: Device['values'], parameter: string, steps_count: number): Float64Array =>
  Float64Array.from({ length: steps_count }, (_, t) => at(values[parameter] as unknown as number | Float64Array, t));

function quantityOf(spec: DispatchDocument['uncertain'][number], everyone: readonly Device[], site: Site, where: string): Quantity {
  const ids = everyone.map(({ id }) => id);
  const members = spec.devices.map((id, d) => {
    const k = ids.indexOf(id);
    if (k < 0) refuse(`There is no device "${id}"`, `${where}.devices[${d}]`, didYouMean(id, ids) ?? `Devices are ${ids.join(', ')}.`);
    const table = everyone[k].kind.params;
    const named = table[spec.parameter];
    if (named?.type !== 'profile') {
      const profiles = Object.keys(table).filter((name) => table[name].type === 'profile');
      const message = `"${spec.parameter}" is no parameter of a ${everyone[k].kind.kind} with one value per step`;
      refuse(message, `${where}.parameter`, didYouMean(spec.parameter, profiles) ?? `It has ${profiles.join(', ')}.`);
    }
    return k;
  });
  const forecast = new Float64Array(site.grid.steps_count);
  for (const k of members)
    forecastOf(everyone[k].values, spec.parameter, forecast.length).forEach((value, t) => void (forecast[t] += value));
  if (spec.deviations_max_count !== undefined && (spec.total_min_frac !== undefined || spec.total_max_frac !== undefined)) {
    refuse('A set has either a count of deviations or limits of its total', where, 'Keep one of the two.');
  }
  const [low, high] = [spec.total_min_frac ?? 0, spec.total_max_frac ?? Number.POSITIVE_INFINITY];
  if (low > 1 || high < 1) {
    throw new InputError({
      code: 'SET_EXCLUDES_FORECAST',
      message: `"${spec.name}" is to total ${low} to ${high} of its forecast, which leaves out the forecast itself`,
      where,
      hint: 'Give limits below and above 1, or correct the forecast.',
    });
  }
  const { error } = spec;
  const most = Math.max(...forecast.map(Math.abs));
  const law: ErrorLaw | undefined =
    error &&
    (error.law === 'beta'
      ? { kind: 'beta', deviation_frac: error.deviation_frac, most: error.most_frac * most }
      : { kind: 'normal', deviation_frac: error.deviation_frac });
  return { spec, members, forecast, law };
}

/** A parameter moves with one quantity, and names are names. */
function checkNames(quantities: readonly Quantity[]): void {
  const seen = new Map<string, number>();
  quantities.forEach(({ spec, members }, q) => {
    const first = quantities.findIndex((other) => other.spec.name === spec.name);
    if (first < q) refuse(`The name "${spec.name}" is taken`, `uncertain[${q}].name`, 'Give every quantity a name of its own.');
    for (const k of members) {
      const key = `${k} ${spec.parameter}`;
      if (seen.has(key))
        refuse(`"${spec.parameter}" of a device is uncertain twice`, `uncertain[${q}].devices`, 'Name it in one quantity.');
      seen.set(key, q);
    }
  });
}

function checkHold({ decided: { hold_count } }: DispatchDocument, steps_count: number): void {
  if (steps_count % hold_count === 0) return;
  refuse(
    `${steps_count} steps cannot be held ${hold_count} at a time`,
    'decided.hold_count',
    'Give a number that divides time.steps_count.',
  );
}

function decidedOf({ decided: { ahead, later } }: DispatchDocument, everyone: readonly Device[]): Decided[] {
  const ids = everyone.map(({ id }) => id);
  for (const [list, where] of [
    [ahead, 'decided.ahead'],
    [later, 'decided.later'],
  ] as const) {
    list.forEach((id, k) => {
      if (!ids.includes(id))
        refuse(`There is no device "${id}"`, `${where}[${k}]`, didYouMean(id, ids) ?? `Devices are ${ids.join(', ')}.`);
      if (where === 'decided.later' && ahead.includes(id)) refuse(`"${id}" is decided ahead and later`, `${where}[${k}]`, 'Name it once.');
    });
  }
  return ids.map((id) => (ahead.includes(id) ? 'ahead' : later.includes(id) ? 'later' : 'whole parts ahead'));
}

function refuse(message: string, where: string, hint: string): never {
  throw new InputError({ code: 'STUDY_VALUE_INVALID', message, where, hint });
}
