import type { NetworkFormat } from '../contract.ts';
import { feederCase } from '../feeder-case.ts';
import { withLimitsAndCosts } from './costs.ts';
import { readParts } from './read.ts';
import { readNet } from './tables.ts';
import { writeNet } from './write.ts';

/**
 * Nets of pandapower as `to_json` writes them, balanced and three-phase.
 * @source pandapower documentation, version 3, "Datastructure and Elements"
 */
export const pandapowerFormat: NetworkFormat = {
  name: 'pandapower',
  description: 'pandapower net (to_json)',
  endings: ['json'],
  detects: (text) => /^\s*\{/.test(text) && /"_class"\s*:\s*"pandapowerNet"/.test(text.slice(0, 4096)),
  write: writeNet,
  read(text, { fileName }) {
    const net = readNet(text, fileName);
    const { parts, dropped, warnings, reading } = readParts(net);
    return withLimitsAndCosts(reading, feederCase(parts, dropped, fileName, { negativeImpedance: 'warning', warnings }));
  },
};
