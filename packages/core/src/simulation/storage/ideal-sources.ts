import { type Plant, placeOf } from '../plant.ts';

/**
 * Sources that inject what they are told, at once: p = p_set. The fast part of a converter, where only hours or minutes of energy matter.
 * @param p_start_kW - what they inject when nobody commands; default nothing
 */
export function idealSources(devices: readonly string[], p_start_kW: readonly number[] = []): Plant {
  const unknown = (name: string): number => placeOf(name, [], 'parameter of "ideal sources"');
  return {
    title: 'ideal sources',
    states: [],
    inputs: devices.map((device) => `${device}.p_set_kW`),
    outputs: devices.map((device) => `${device}.p_kW`),
    parameters: [],
    startInto() {},
    inputsInto(u) {
      u.fill(0);
      u.set(p_start_kW);
    },
    derivativeInto() {},
    outputsInto: (_x, u, y) => y.set(u.subarray(0, devices.length)),
    tangentInto: (_x, _u, _dx, du, _dRate, dOutputs) => dOutputs.set(du.subarray(0, devices.length)),
    readParameter: unknown,
    change: (name) => void unknown(name),
  };
}
