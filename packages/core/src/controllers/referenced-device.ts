import type { Law } from './contract.ts';
import type { DevicePort } from './control-role.ts';

/**
 * A device whose active power is told to its agent as what it is above a reference, so that a law that shares power shares the difference: the hand-over from a tertiary
 * layer, P_i → P_i − P_ref,i.
 * @param reference_kW - in force now
 */
export function referencedDevice(device: DevicePort, law: Law, reference_kW: () => number): DevicePort {
  const at = law.measures.indexOf('p_kW');
  return {
    measureInto(now_s, y) {
      device.measureInto(now_s, y);
      if (at >= 0) y[at] -= reference_kW();
    },
    command: (now_s, commands) => device.command(now_s, commands),
  };
}
