import type { Fault } from '../../../agents/faults/script.ts';
import type { Controller } from '../../../controllers/contract.ts';
import { measuredKind } from '../../../controllers/field-messages.ts';
import { linkName } from '../../../controllers/field-role.ts';
import { TunedLaw } from '../../../controllers/tuned-law.ts';
import type { LiveChange, PlantSeat } from '../../../simulation/plant-role.ts';
import { type Group, linksInto } from '../groups.ts';
import type { Plan } from '../plan.ts';
import type { Prepared } from '../prepare.ts';

/** The name of who measures and carries out commands. */
export const plantId = 'plant';

/** An agent of a twin: where it sits and whom it hears. */
export interface TwinSeat {
  readonly id: string;
  readonly group: Group;
  readonly device: string;
  readonly controller: Controller;
  readonly values: Readonly<Record<string, number>>;
  readonly neighbours: readonly { readonly id: string; readonly weight_frac: number }[];
}

/** One agent per device and group; named after the device where there is one group only. */
export function seatsOf({ groups }: Prepared): TwinSeat[] {
  const idOf = ({ name }: Group, device: string): string => (groups.length > 1 ? `${name}.${device}` : device);
  return groups.flatMap((group) =>
    group.devices.map((device, k) => ({
      id: idOf(group, device),
      group,
      device,
      controller: group.kinds[k],
      values: group.values[k],
      neighbours: linksInto(group, device).map(({ from, weight_frac }) => ({ id: idOf(group, from), weight_frac })),
    })),
  );
}

/** How long an agent may be silent before its device is left to itself, and a measurement old before its agent leaves it alone. */
export const watchdogOf_s = ({ group }: TwinSeat, { document }: Prepared): number =>
  document.live.watchdog_s ?? Math.max(0.5, 5 * group.period_s);

/** How the plant sees its agents. */
export function plantSeats(prepared: Prepared): PlantSeat[] {
  return seatsOf(prepared).map((seat) => {
    const { id, group, device, controller, values, neighbours } = seat;
    const tuned = new TunedLaw(controller, values);
    const parameters = [...tuned.names, ...neighbours.map((neighbour) => `${linkName}${neighbour.id}`)];
    return {
      agent: id,
      device,
      law: tuned.build(),
      parameters,
      start_s: prepared.plan.starts_s.get(group.name) ?? 0,
      watchdog_s: watchdogOf_s(seat, prepared),
    };
  });
}

/** What is planned for agents, in the names of the plant's desk; what is planned for the plant keeps its name. */
export function changesOf({ events }: Plan, prepared: Prepared): LiveChange[] {
  const seats = seatsOf(prepared);
  return events.flatMap(({ at_s, changes }) =>
    changes.flatMap(({ name, value }): LiveChange[] => {
      const group = prepared.groups.find((each) => name.startsWith(`${each.name}.`));
      if (group === undefined) return [{ at_s, name, value }];
      const rest = name.slice(group.name.length + 1);
      // a group starts when its agents are measured first
      if (rest === 'isOn') return [];
      return seats
        .filter((seat) => seat.group === group)
        .flatMap((seat) => changesAt(seat, name, rest, prepared).map((own) => ({ at_s, name: own, value })));
    }),
  );
}

/** `link.<from>.<to>.weight_frac`, `<parameter>` of all, `<device>.<parameter>` of one. */
function changesAt(seat: TwinSeat, name: string, rest: string, prepared: Prepared): string[] {
  const { id, group, device, controller } = seat;
  if (rest.startsWith('link.')) {
    const link = linksInto(group, device).find((each) => each.name === name);
    if (link === undefined) return [];
    const from = seatsOf(prepared).find((each) => each.group === group && each.device === link.from)!;
    return [`${id}.${linkName}${from.id}`];
  }
  const own = rest.startsWith(`${device}.`) ? rest.slice(device.length + 1) : rest;
  const { names } = new TunedLaw(controller, seat.values);
  return names.includes(own) ? [`${id}.${own}`] : [];
}

/** What the communication of groups does to messages, as a fault script. */
export function linkFaults(prepared: Prepared): Fault[] {
  const seats = seatsOf(prepared);
  return prepared.groups.flatMap((group): Fault[] => {
    const { measureDelay_s, linkDelay_s, linkDelay_random_s, loss_frac } = group.communication;
    const ids = seats.filter((seat) => seat.group === group).map(({ id }) => id);
    const between = { from: ids, to: ids };
    return [
      ...(measureDelay_s > 0 ? [{ fault: 'delay' as const, messages: measuredKind, from: plantId, to: ids, min_s: measureDelay_s }] : []),
      ...(linkDelay_s + linkDelay_random_s > 0
        ? [{ fault: 'delay' as const, law: 'exponential' as const, min_s: linkDelay_s, mean_s: linkDelay_random_s, ...between }]
        : []),
      ...(loss_frac > 0 ? [{ fault: 'loss' as const, loss_frac, ...between }] : []),
    ];
  });
}
