import { InputError } from '../../base/errors.ts';
import type { Network } from '../../network/network.ts';
import type { VoltVarDocument } from './document.ts';

export interface Zones {
  readonly names: readonly string[];
  /** Which zone each bus belongs to. @shape (buses) */
  readonly zone: Int32Array;
}

/** @throws {InputError} STUDY_UNKNOWN_BUS, STUDY_DUPLICATE_ID for a bus in two zones or a name used twice */
export function zonesOf({ zones }: Pick<VoltVarDocument, 'zones'>, { buses }: Network): Zones {
  const zone = new Int32Array(buses.length).fill(-1);
  zones.forEach(({ name, buses: ids }, z) => {
    if (zones.findIndex((other) => other.name === name) < z)
      twice(`The name "${name}" is taken`, `zones[${z}].name`, 'Give every zone a name of its own.');
    ids.forEach((id, k) => {
      const where = `zones[${z}].buses[${k}]`;
      const bus = buses.findIndex((each) => each.id === String(id));
      if (bus < 0) {
        throw new InputError({
          code: 'STUDY_UNKNOWN_BUS',
          message: `The network has no bus "${String(id).slice(0, 40)}"`,
          where,
          hint: `It has ${buses.length} buses. See \`gridflock inspect\`.`,
        });
      }
      if (zone[bus] >= 0) twice(`Bus "${id}" is in zone "${zones[zone[bus]].name}" already`, where, 'Name every bus once.');
      zone[bus] = z;
    });
  });
  const rest = zone.includes(-1);
  const names = zones.map(({ name }) => name);
  return { names: rest ? [...names, names.length === 0 ? 'feeder' : 'rest'] : names, zone: zone.map((z) => (z < 0 ? zones.length : z)) };
}

function twice(message: string, where: string, hint: string): never {
  throw new InputError({ code: 'STUDY_DUPLICATE_ID', message, where, hint });
}
