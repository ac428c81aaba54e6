import { didYouMean } from '../../base/errors.ts';
import type { CapacitorControl, Curve, InverterControl, Monitored, MonitoredKind, RegulatorControl } from './controls.ts';
import type { Inverter, PhaseShunt, Transformer } from './feeder.ts';
import type { CapacitorControlPart, InverterControlPart, RegulatorPart } from './feeder-parts.ts';
import { fail, mustBeFinite, mustBeInOrder, mustBePositive, type Owner, type PartCheck } from './part-check.ts';

/** What controls may look at or act on. `ends_count`: how many ends each element has that a capacitor control can look at. */
export interface Targets {
  readonly transformers: ReadonlyMap<string, Transformer>;
  readonly shunts: ReadonlyMap<string, PhaseShunt>;
  readonly inverters: ReadonlyMap<string, Inverter>;
  readonly ends_count: Readonly<Record<MonitoredKind, ReadonlyMap<string, number>>>;
}

/** @throws {InputError} FEEDER_UNKNOWN_ELEMENT, FEEDER_UNKNOWN_BUS, FEEDER_NUMBER_INVALID, FEEDER_VALUE_RANGE */
export function checkedRegulator(part: RegulatorPart, owner: Owner, check: PartCheck, targets: Targets): RegulatorControl {
  mustBeFinite(part, owner);
  const transformer = known(part.transformer, targets.transformers, 'transformer', owner);
  for (const name of ['windingMeasured', 'windingMoved'] as const) {
    if (transformer.windings[part[name]] !== undefined) continue;
    fail(
      'FEEDER_VALUE_RANGE',
      owner,
      `names winding ${part[name] + 1} of transformer "${transformer.id}", which has ${transformer.windings.length}`,
      'Windings count from 0 here.',
    );
  }
  for (const name of ['v_set_V', 'band_V', 'ptRatio', 'ctRating_A'] as const) mustBePositive(part[name], name, owner);
  const moved = transformer.windings[part.windingMoved];
  if (moved.tapMin_pu === undefined || moved.tapMax_pu === undefined || moved.tapSteps_count === undefined) {
    check.warn(owner, `moves a winding of transformer "${transformer.id}" whose tap range is not stated; it will not move`);
  }
  const { remote, ...rest } = part;
  if (remote === undefined) return rest;
  return { ...rest, remote: { bus: check.bus(remote.bus, owner), conductor: remote.conductor } };
}

/** @throws {InputError} as checkedRegulator, and FEEDER_ELEMENT_AMBIGUOUS */
export function checkedCapacitorControl(part: CapacitorControlPart, owner: Owner, check: PartCheck, targets: Targets): CapacitorControl {
  mustBeFinite(part, owner);
  known(part.shunt, targets.shunts, 'shunt', owner);
  const monitored = checkedMonitored(part.monitored, owner, targets);
  // a voltage calls for the capacitor when it is low, a current or vars when they are high
  const isTurned = part.kind === 'voltage' ? part.on >= part.off : (part.kind === 'current' || part.kind === 'kvar') && part.on <= part.off;
  if (isTurned)
    check.warn(owner, `switches on at ${part.on} and off at ${part.off} (${part.kind}), which makes it switch on and off for ever`);
  mustBePositive(part.ptRatio, 'ptRatio', owner);
  mustBePositive(part.ctRatio, 'ctRatio', owner);
  mustBeInOrder(part.voltageOverride?.v_min_V, part.voltageOverride?.v_max_V, 'voltageOverride.v_min_V and v_max_V', owner);
  return { ...part, monitored };
}

function checkedMonitored(
  { kind: stated, element, end }: CapacitorControlPart['monitored'],
  owner: Owner,
  { ends_count }: Targets,
): Monitored {
  const kinds = stated === undefined ? (Object.keys(ends_count) as MonitoredKind[]) : [stated];
  const [kind = kinds[0], ...others] = kinds.filter((each) => ends_count[each].has(element));
  if (others.length > 0) {
    fail(
      'FEEDER_ELEMENT_AMBIGUOUS',
      owner,
      `looks at "${element}", which is a ${[kind, ...others].join(' and a ')}`,
      `Name its kind as well: ${[kind, ...others].join(' or ')}.`,
    );
  }
  const among = stated === undefined ? new Map(kinds.flatMap((each) => [...ends_count[each]])) : ends_count[kind];
  const count = known(element, among, stated ?? 'line, switch, transformer, shunt or source', owner);
  if (!(end >= 0 && end < count))
    fail('FEEDER_VALUE_RANGE', owner, `looks at end ${end} of ${kind} "${element}", which has ${count}`, 'Ends count from 0.');
  return { kind, element, end };
}

/** @throws {InputError} as checkedRegulator */
export function checkedInverterControl(part: InverterControlPart, owner: Owner, check: PartCheck, targets: Targets): InverterControl {
  mustBeFinite(part, owner);
  for (const id of part.inverters) known(id, targets.inverters, 'inverter', owner);
  for (const inner of part.functions) if ('curve' in inner) checkCurve(inner.curve, inner.kind, owner);
  const { remoteBuses, ...rest } = part;
  if (remoteBuses === undefined) return rest;
  return { ...rest, remoteBuses: remoteBuses.map((bus) => check.bus(bus, owner)) };
}

function checkCurve({ x, y }: Curve, kind: string, owner: Owner): void {
  if (x.length !== y.length || x.length === 0) {
    fail(
      'FEEDER_VALUE_RANGE',
      owner,
      `has a ${kind} curve of ${x.length} x and ${y.length} y`,
      'As many of one as of the other, at least one.',
    );
  }
  const at = x.findIndex((value, k) => k > 0 && value < x[k - 1]);
  if (at > 0)
    fail('FEEDER_VALUE_RANGE', owner, `has a ${kind} curve whose x falls from ${x[at - 1]} to ${x[at]}`, 'Order its points by x.');
}

function known<T>(id: string, among: ReadonlyMap<string, T>, kind: string, owner: Owner): T {
  const found = among.get(id);
  if (found !== undefined) return found;
  return fail(
    'FEEDER_UNKNOWN_ELEMENT',
    owner,
    `names ${kind} "${id}", which does not exist`,
    didYouMean(id, among.keys()) ?? `Add the ${kind}, or correct the name.`,
  );
}
