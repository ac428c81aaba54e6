import { openDataset, readDataset } from './dataset.ts';
import { inputOf } from './read.ts';
import { ScenarioNetworks } from './scenario-networks.ts';
import type { ScenarioFiles } from './scenarios.ts';
import { type ConsumerPowers, phases_count, UpdateBatch } from './update-batch.ts';

/** Rows of powers for so many scenarios. */
export const buildConsumerPowers = (scenarios_count: number, consumers_count: number): ConsumerPowers => ({
  p_kW: new Float64Array(scenarios_count * phases_count * consumers_count),
  q_kvar: new Float64Array(scenarios_count * phases_count * consumers_count),
});

/** The scenarios of an update batch, ready to be read one by one. @throws {InputError} the codes of the format */
export function powerGridModelBatch(
  input: string,
  update: string,
  { inputName = 'input.json', updateName = 'update_batch.json' }: ScenarioFiles = {},
): UpdateBatch {
  return new UpdateBatch(inputOf(readDataset(input, inputName), inputName), openDataset(update, updateName));
}

/** The feeders of such scenarios. @throws {InputError} the codes of the format */
export function powerGridModelNetworks(
  input: string,
  usual: ConsumerPowers,
  name: string,
  { inputName = 'input.json' }: ScenarioFiles = {},
): ScenarioNetworks {
  return new ScenarioNetworks(inputOf(readDataset(input, inputName), inputName), usual, name);
}
