import type { Law } from '../controllers/contract.ts';
import { type Plant, placeOf } from './plant.ts';

/** What a law measures and commands at one device, as places among the outputs and the inputs of a plant. */
export interface DevicePlaces {
  readonly measureAt: readonly number[];
  readonly commandAt: readonly number[];
}

/** @throws {InputError} SIMULATION_UNKNOWN_NAME when the plant has not what the law measures or commands */
export const devicePlaces = ({ title, inputs, outputs }: Plant, device: string, { measures, commands }: Law): DevicePlaces => ({
  measureAt: measures.map((name) => placeOf(`${device}.${name}`, outputs, `output of "${title}"`)),
  commandAt: commands.map((name) => placeOf(`${device}.${name}`, inputs, `input of "${title}"`)),
});
