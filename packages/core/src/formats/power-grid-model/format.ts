import type { NetworkFormat } from '../contract.ts';
import { feederCase } from '../feeder-case.ts';
import { readDataset } from './dataset.ts';
import { inputOf, readParts } from './read.ts';
import { updateBatches } from './scenario-batch.ts';
import { writeDataset } from './write.ts';

/**
 * Input datasets of power-grid-model, as JSON.
 * @source power-grid-model documentation, version 1.12, user manual: components, serialization
 */
export const powerGridModelFormat: NetworkFormat = {
  name: 'power-grid-model',
  description: 'power-grid-model input dataset (JSON)',
  endings: ['json'],
  detects: (text) => /^\s*\{/.test(text) && /"is_batch"\s*:/.test(ends(text)) && /"type"\s*:\s*"(?:input|update)"/.test(ends(text)),
  scenarios: updateBatches,
  write: writeDataset,
  read(text, { fileName }) {
    const { parts, dropped, warnings } = readParts(inputOf(readDataset(text, fileName), fileName), nameOf(fileName));
    return feederCase(parts, dropped, fileName, { negativeImpedance: 'warning', warnings });
  },
};

/** What says which kind of dataset it is stands at the beginning or at the end. */
const ends = (text: string): string => `${text.slice(0, 4096)} ${text.slice(-1024)}`;

const nameOf = (fileName: string): string => (fileName.split(/[/\\]/).at(-1) ?? fileName).replace(/\.json$/i, '') || 'network';
