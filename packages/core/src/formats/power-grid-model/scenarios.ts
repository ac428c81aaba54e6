import type { Case } from '../../network/network.ts';
import { feederCase } from '../feeder-case.ts';
import type { ScenarioFiles } from '../scenarios.ts';
import { updated } from './batch.ts';
import { readDataset } from './dataset.ts';
import { inputOf, readParts } from './read.ts';

/**
 * The scenarios of an update batch as cases, one after another, so that a batch of any length needs the memory of one.
 *
 * A scenario may switch, tap and change sources as well as powers; each is a network of its own.
 * @throws {InputError} the codes of the format, when a scenario is asked for
 */
export function* powerGridModelScenarios(
  input: string,
  update: string,
  { inputName = 'input.json', updateName = 'update_batch.json' }: ScenarioFiles = {},
): Generator<Case> {
  const network = inputOf(readDataset(input, inputName), inputName);
  let k = 0;
  for (const scenario of updated(network, readDataset(update, updateName))) {
    const { parts, dropped, warnings } = readParts(scenario, `scenario ${++k}`);
    yield feederCase(parts, dropped, updateName, { negativeImpedance: 'warning', warnings });
  }
}
