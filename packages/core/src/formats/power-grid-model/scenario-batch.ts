import type { ScenarioReader } from '../scenarios.ts';
import { openDataset, readDataset } from './dataset.ts';
import { inputOf } from './read.ts';
import { UpdatedNetworks } from './scenario-networks.ts';
import { UpdateBatch } from './update-batch.ts';

/** Update batches of power-grid-model. */
export const updateBatches: ScenarioReader = {
  batch: (input, update, { inputName = 'input.json', updateName = 'update_batch.json' } = {}) =>
    new UpdateBatch(inputOf(readDataset(input, inputName), inputName), openDataset(update, updateName)),
  networks: (input, usual, name, { inputName = 'input.json' } = {}) =>
    new UpdatedNetworks(inputOf(readDataset(input, inputName), inputName), usual, name),
};
