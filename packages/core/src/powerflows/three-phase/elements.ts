import {
  type ElementAdmittance,
  lineAdmittance,
  shuntAdmittance,
  sourceAdmittance,
  switchAdmittance,
} from '../../network/feeder/element-admittance.ts';
import type { Feeder, Terminal } from '../../network/feeder/feeder.ts';
import { transformerAdmittance } from '../../network/feeder/transformer-admittance.ts';
import type { Places } from './contract.ts';
import { placesOfAll } from './places.ts';

export type WireKind = 'lines' | 'switches' | 'transformers' | 'shunts' | 'sources';

/** A part of the wires with its nodal admittance; none for an ideal source, and for what is out of service. */
export interface Wire {
  readonly kind: WireKind;
  readonly index: number;
  readonly terminals: readonly Terminal[];
  /** Places of all rows of the admittance, −1 for earth. */
  readonly places: Int32Array;
  admittance: ElementAdmittance | undefined;
}

/** Where the controls have put taps and steps. @shape tap_pu [transformer][winding], closed_count [shunt] */
export interface Settings {
  readonly tap_pu: readonly Float64Array[];
  readonly closed_count: Float64Array;
}

export function settingsOf(feeder: Feeder): Settings {
  return {
    tap_pu: feeder.transformers.map((t) => Float64Array.from(t.windings, (w) => w.tap_pu)),
    closed_count: Float64Array.from(feeder.shunts, (s) => s.closed_count ?? s.steps_count ?? 1),
  };
}

/** All wires of the feeder with these settings, in the order lines, switches, transformers, shunts, sources. */
export function wiresOf(feeder: Feeder, places: Places, settings: Settings): Wire[] {
  const terminals: [WireKind, readonly (readonly Terminal[])[]][] = [
    ['lines', feeder.lines.map((l) => [l.from, l.to])],
    ['switches', feeder.switches.map((s) => [s.from, s.to])],
    ['transformers', feeder.transformers.map((t) => t.windings.map((w) => w.terminal))],
    ['shunts', feeder.shunts.map((s) => [s.terminal])],
    ['sources', feeder.sources.map((s) => [s.terminal])],
  ];
  return terminals.flatMap(([kind, list]) =>
    list.map((ends, index) => ({
      kind,
      index,
      terminals: ends,
      places: placesOfAll(places, ends),
      admittance: wireAdmittance(feeder, kind, index, settings),
    })),
  );
}

/** Nodal admittance of one wire with these settings. */
export function wireAdmittance(feeder: Feeder, kind: WireKind, index: number, settings: Settings): ElementAdmittance | undefined {
  switch (kind) {
    case 'lines':
      return remembered(feeder.lines[index], lineAdmittance);
    case 'switches':
      return remembered(feeder.switches[index], switchAdmittance);
    case 'transformers': {
      const transformer = feeder.transformers[index];
      return transformer.inService ? transformerAdmittance(transformer, Array.from(settings.tap_pu[index])) : undefined;
    }
    case 'shunts':
      return shuntAdmittance({ ...feeder.shunts[index], closed_count: settings.closed_count[index] });
    case 'sources':
      return feeder.sources[index].inService ? sourceAdmittance(feeder.sources[index]) : undefined;
  }
}

/** Admittances of elements that never change, for as long as these live: feeders of many scenarios share most of them. */
const known = new WeakMap<object, ElementAdmittance>();

function remembered<T extends object>(element: T, make: (element: T) => ElementAdmittance): ElementAdmittance {
  const before = known.get(element);
  if (before !== undefined) return before;
  const made = make(element);
  known.set(element, made);
  return made;
}
