import type { NetworkFormat } from '../contract.ts';
import { feederCase } from '../feeder-case.ts';
import { openFolder } from './files.ts';
import { readParts, warningsOf } from './read.ts';
import { inStudyCase } from './study-cases.ts';

/**
 * SimBench grids: a folder of tables with a year of profiles. The text is that of Node.csv; the others are read through `files`.
 * @source SimBench documentation, version EN-1.0.0 (2019), simbench.de
 */
export const simbenchFormat: NetworkFormat = {
  name: 'simbench',
  description: 'SimBench grid: a folder of CSV tables with a year of profiles (read only)',
  endings: [],
  hasStudyCases: true,
  detects: (text) => /^\ufeff?id;type;vmSetp;vaSetp;vmR;/.test(text),
  read(text, options) {
    const folder = openFolder(text, options);
    const { parts, dropped } = readParts(folder, nameOf(options.fileName), options.studyCase === undefined);
    const asWritten = feederCase(parts, dropped, options.fileName, { warnings: warningsOf(folder) });
    return options.studyCase === undefined ? asWritten : inStudyCase(asWritten, folder, options.studyCase);
  },
  folderEntry(names) {
    const has = (name: string) => names.find((each) => each.toLowerCase() === name);
    // one more table of its kind is enough: what has no wires for want of another is listed
    return ['linetype.csv', 'line.csv', 'externalnet.csv', 'transformer.csv'].some((name) => has(name) !== undefined)
      ? has('node.csv')
      : undefined;
  },
};

/** A grid is called as its folder. */
function nameOf(fileName: string): string {
  const steps = fileName.split(/[/\\]/);
  return steps.length > 1 && steps[steps.length - 2] !== '.' ? steps[steps.length - 2] : 'simbench';
}
