import { buildFeederDocument } from '../../network/feeder/write-document.ts';
import { buildDocument } from '../../network/write-document.ts';
import type { NetworkFormat } from '../contract.ts';
import { lossesOfFeeder } from '../feeder-losses.ts';
import { readDocumentText } from './read.ts';
import { writeDocument } from './write.ts';
import { writeFeederText } from './write-feeder.ts';

/** Our own file, YAML or JSON: the text of a `FeederDocument`, or of a `NetworkDocument` where there are no phases. */
export const gridflockFormat: NetworkFormat = {
  name: 'gridflock',
  description: 'our own file for networks and feeders: YAML or JSON, units in the keys',
  endings: ['yaml', 'yml', 'json'],
  detects: (text) => /(?:^|[\n{,])[ \t\r\n]*["']?gridflock["']?[ \t]*:[ \t]*["']?(?:network|feeder)\//.test(text.slice(0, 4096)),
  read: (text, { fileName }) => readDocumentText(text, fileName),
  write: (value) =>
    value.feeder === undefined
      ? { text: writeDocument(buildDocument(value)), losses: [] }
      : { text: writeFeederText(buildFeederDocument(value.feeder)), losses: lossesOfFeeder(value) },
};
