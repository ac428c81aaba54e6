import { type Plant, placeOf } from './plant.ts';

/** A further output that is the rate of a state. */
export interface RateOutput {
  /** `dg1.p_kW` */
  readonly state: string;
  /** `dg1.p_rate_kW_per_s` */
  readonly output: string;
}

/**
 * A plant that also tells how fast some of its states move, from its equations: what a filter knows of its own state, P' = ω_c·(p − P), without differencing. Rates may
 * depend on inputs at once, even where the states themselves do not.
 * @throws {InputError} SIMULATION_UNKNOWN_NAME
 */
export function withRates(plant: Plant, rates: readonly RateOutput[]): Plant {
  const names = plant.states.map(({ name }) => name);
  const places = rates.map(({ state }) => placeOf(state, names, `state of "${plant.title}"`));
  const width = plant.outputs.length;
  const rate = new Float64Array(names.length);
  const scratch = new Float64Array(width);
  return {
    title: plant.title,
    states: plant.states,
    inputs: plant.inputs,
    outputs: [...plant.outputs, ...rates.map(({ output }) => output)],
    parameters: plant.parameters,
    ...(plant.delays === undefined ? {} : { delays: plant.delays }),
    startInto: (x) => plant.startInto(x),
    inputsInto: (u) => plant.inputsInto(u),
    derivativeInto: (x, u, out) => plant.derivativeInto(x, u, out),
    outputsInto(x, u, y) {
      plant.outputsInto(x, u, y.subarray(0, width));
      plant.derivativeInto(x, u, rate);
      for (let k = 0; k < places.length; k++) y[width + k] = rate[places[k]];
    },
    tangentInto(x, u, dx, du, dRate, dOutputs) {
      plant.tangentInto(x, u, dx, du, dRate, scratch);
      dOutputs.set(scratch);
      for (let k = 0; k < places.length; k++) dOutputs[width + k] = dRate[places[k]];
    },
    readParameter: (name) => plant.readParameter(name),
    change: (name, value, x) => plant.change(name, value, x),
  };
}

/** Rates of both filtered powers of the inverters of a microgrid, `<id>.p_rate_kW_per_s` and `<id>.q_rate_kvar_per_s`. */
export const withPowerRates = (plant: Plant, devices: readonly string[]): Plant =>
  withRates(
    plant,
    devices.flatMap((id) => [
      { state: `${id}.p_kW`, output: `${id}.p_rate_kW_per_s` },
      { state: `${id}.q_kvar`, output: `${id}.q_rate_kvar_per_s` },
    ]),
  );
