import { InputError } from '../../base/errors.ts';
import { type Plant, placeOf, type State } from '../plant.ts';

/** A store behind a device of a plant that has an output `<device>.p_kW`. */
export interface Store {
  readonly device: string;
  readonly energy_kWh: number;
  /** Charge at the start. */
  readonly soc_frac: number;
}

/**
 * A plant whose devices draw on stores:  d(soc)/dt = −p/(3600·E), without losses and without ends. Adds the states and outputs `<device>.soc_frac`.
 *
 * | symbol | meaning | unit |
 * |---|---|---|
 * | p | output `<device>.p_kW`, + into the network | kW |
 * | E | energy_kWh | kWh |
 * @throws {InputError} SIMULATION_UNKNOWN_NAME, SIMULATION_PARAMETER
 */
export function withStorage(plant: Plant, stores: readonly Store[]): Plant {
  for (const { device, energy_kWh, soc_frac } of stores) {
    const bad = !(energy_kWh > 0 && energy_kWh < Infinity) ? 'energy_kWh' : !(soc_frac >= 0 && soc_frac <= 1) ? 'soc_frac' : undefined;
    if (bad === undefined) continue;
    throw new InputError({
      code: 'SIMULATION_PARAMETER',
      message: `"${bad}" of the store at "${device}" is ${bad === 'energy_kWh' ? energy_kWh : soc_frac}`,
      hint: 'Energies are above 0, charges between 0 and 1.',
    });
  }
  const n = plant.states.length;
  const p = plant.outputs.length;
  const powerAt = stores.map(({ device }) => placeOf(`${device}.p_kW`, plant.outputs, `output of "${plant.title}"`));
  const perKilowatt = stores.map(({ energy_kWh }) => -1 / (3600 * energy_kWh));
  const names = stores.map(({ device }) => `${device}.soc_frac`);
  const y = new Float64Array(p);
  return {
    title: `${plant.title} with storage`,
    states: [
      ...plant.states,
      ...names.map((name, k): State => ({ name, equation: `d(soc)/dt = −p/(3600·E) of the store at "${stores[k].device}"` })),
    ],
    inputs: plant.inputs,
    outputs: [...plant.outputs, ...names],
    parameters: plant.parameters,
    ...(plant.delays === undefined ? {} : { delays: plant.delays }),
    startInto(x) {
      plant.startInto(x.subarray(0, n));
      stores.forEach(({ soc_frac }, k) => {
        x[n + k] = soc_frac;
      });
    },
    inputsInto: (u) => plant.inputsInto(u),
    derivativeInto(x, u, rate) {
      plant.derivativeInto(x.subarray(0, n), u, rate.subarray(0, n));
      plant.outputsInto(x.subarray(0, n), u, y);
      for (let k = 0; k < powerAt.length; k++) rate[n + k] = perKilowatt[k] * y[powerAt[k]];
    },
    outputsInto(x, u, out) {
      plant.outputsInto(x.subarray(0, n), u, out.subarray(0, p));
      for (let k = 0; k < powerAt.length; k++) out[p + k] = x[n + k];
    },
    tangentInto(x, u, dx, du, dRate, dOutputs) {
      plant.tangentInto(x.subarray(0, n), u, dx.subarray(0, n), du, dRate.subarray(0, n), dOutputs.subarray(0, p));
      for (let k = 0; k < powerAt.length; k++) {
        dRate[n + k] = perKilowatt[k] * dOutputs[powerAt[k]];
        dOutputs[p + k] = dx[n + k];
      }
    },
    readParameter: (name) => plant.readParameter(name),
    change: (name, value, x) => plant.change(name, value, x.subarray(0, n)),
  };
}
