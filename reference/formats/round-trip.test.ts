import { describe, expect, it } from 'vitest';
import { catalog } from '../../packages/core/src/catalog.ts';
import type { Loss, NetworkFormat } from '../../packages/core/src/formats/contract.ts';
import type { Feeder } from '../../packages/core/src/network/feeder/feeder.ts';
import type { Case, Dropped } from '../../packages/core/src/network/network.ts';
import { newton } from '../../packages/core/src/powerflows/newton/newton.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { feeders } from './feeders.ts';

const writable = catalog.formats.filter((format) => format.write !== undefined);
const own = catalog.formats.find(({ name }) => name === 'gridflock');

interface Trip {
  readonly value: Case;
  readonly losses: readonly Loss[];
  readonly dropped: readonly Dropped[];
}

function through(format: NetworkFormat, trip: Trip): Trip {
  const written = format.write?.(trip.value);
  if (written === undefined) throw new Error(`${format.name} is not written`);
  const value = format.read(written.text, { fileName: `trip.${format.name}` });
  return { value, losses: [...trip.losses, ...written.losses], dropped: [...trip.dropped, ...value.dropped] };
}

const start = (name: string): Trip => {
  const value = own?.read(feeders[name], { fileName: `${name}.yaml` });
  if (value === undefined) throw new Error('there is no format of our own');
  return { value, losses: [], dropped: [] };
};

const lists = [
  ...['sources', 'lines', 'switches', 'transformers', 'shunts', 'loads', 'generators', 'inverters'],
  ...['regulators', 'capacitorControls', 'inverterControls', 'profiles'],
] as const satisfies readonly (keyof Feeder)[];

const idsOf = (feeder: Feeder): readonly string[] => lists.flatMap((list) => feeder[list].map(({ id }) => id));

/**
 * Elements that are gone without a word: neither there by name nor in a report. Reports may quote the name, speak of the whole feeder, or say that names change: then
 * there must be as many elements as before.
 */
function silentlyLost(feeder: Feeder, { value, losses, dropped }: Trip): readonly string[] {
  const reported = [...losses, ...dropped]
    .map(({ element, reason }) => `${element}: ${reason}`)
    .join('\n')
    .toLowerCase();
  if (reported.includes('a case is balanced')) return [];
  const after = value.feeder as Feeder;
  const left = new Set(idsOf(after).flatMap(spellings));
  const isNamed = (id: string): boolean => [`"${id}"`, `.${id}"`].some((quoted) => reported.includes(quoted.toLowerCase()));
  return lists.flatMap((list) => {
    if (losses.some(({ element }) => /^names?\b/.test(element)) && after[list].length >= feeder[list].length) return [];
    return feeder[list].map(({ id }) => id).filter((id) => !left.has(id) && !isNamed(id));
  });
}

/** A name as it is, and without the class that OpenDSS puts in front of it. */
const spellings = (id: string): readonly string[] => [id, id.replace(/^[a-z]+\./, '')];

/** Voltages in per unit by bus and phase, without controls, which not every format has. */
function voltages(value: Case): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (value.feeder === undefined) {
    const result = newton.prepare(value.network, value.operatingPoint, { tolerance_pu: 1e-7 }).solve(value.operatingPoint);
    expect(result.status).toBe('converged');
    value.network.buses.forEach(({ id }, b) => found.set(id, result.v_pu[b]));
    return found;
  }
  const prepared = prepareThreePhase(value.feeder, { tolerance_frac: 1e-10, controls: false });
  const result = prepared.solve();
  expect(result.status, result.diagnosis).toBe('converged');
  const { places } = prepared;
  for (let k = 0; k < places.count; k++) {
    if (places.conductor[k] > 3) continue;
    found.set(
      `${value.feeder.buses[places.bus[k]].id}.${places.conductor[k]}`,
      Math.hypot(result.v_re_V[k], result.v_im_V[k]) / places.v_base_V[k],
    );
  }
  return found;
}

function worstDifference(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): number {
  let worst = 0;
  for (const [place, v] of first) worst = Math.max(worst, Math.abs(v - (second.get(place) ?? 0)));
  return worst;
}

const pairs = writable.flatMap((first) => writable.map((second) => [first.name, second.name, first, second] as const));

describe.each(Object.keys(feeders))('feeder "%s"', (name) => {
  const origin = start(name);
  const feeder = origin.value.feeder as Feeder;
  const before = voltages(origin.value);

  it.each(pairs)('loses nothing silently through %s and %s', (_first, _second, first, second) => {
    const end = through(second, through(first, origin));
    expect(silentlyLost(feeder, end)).toEqual([]);
    if (end.losses.length === 0) {
      expect([...idsOf(end.value.feeder as Feeder)].sort()).toEqual([...idsOf(feeder)].sort());
      expect(worstDifference(before, voltages(end.value))).toBeLessThan(1e-6);
    } else {
      // whatever was lost, what is left is a network that can be solved
      expect(voltages(end.value).size).toBeGreaterThan(0);
    }
  });
});

describe('voltages that a format promises to keep', () => {
  it.each(writable.map((format) => [format.name, format] as const))('come back through %s for a balanced feeder', (_, format) => {
    const origin = start('balanced');
    const end = through(format, origin);
    const isBalanced = end.value.feeder === undefined;
    const before = voltages(isBalanced ? { ...origin.value, feeder: undefined } : origin.value);
    const after = voltages(end.value);
    // a format of numbered buses keeps their order
    const order = isBalanced ? new Map([...before.keys()].map((id, k) => [id, [...after.values()][k]])) : after;
    expect(worstDifference(before, order)).toBeLessThan(2e-6);
  });
});
