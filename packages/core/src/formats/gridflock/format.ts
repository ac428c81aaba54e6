import { buildDocument } from '../../network/write-document.ts';
import type { NetworkFormat } from '../contract.ts';
import { readDocumentText } from './read.ts';
import { writeDocument } from './write.ts';

/** Our own network file, YAML or JSON: the text of a `NetworkDocument`. */
export const gridflockFormat: NetworkFormat = {
  name: 'gridflock',
  description: 'our own network file: YAML or JSON, units in the keys',
  endings: ['yaml', 'yml', 'json'],
  detects: (text) => /(?:^|[\n{,])[ \t\r\n]*["']?gridflock["']?[ \t]*:[ \t]*["']?network\//.test(text.slice(0, 4096)),
  read: (text, { fileName }) => readDocumentText(text, fileName),
  write: (value) => ({ text: writeDocument(buildDocument(value)), losses: [] }),
};
