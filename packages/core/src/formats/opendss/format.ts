import type { NetworkFormat } from '../contract.ts';
import { builtFeederCase, withPlace } from '../feeder-case.ts';
import { readFeederScript } from './read.ts';
import { writeScript } from './write/script.ts';

/**
 * OpenDSS scripts (.dss), with the files that they redirect to.
 * @source OpenDSS documentation (EPRI; dss-extensions.org/dss-format)
 */
export const opendssFormat: NetworkFormat = {
  name: 'opendss',
  description: 'OpenDSS script (.dss), conductor by conductor',
  endings: ['dss'],
  detects: (text) =>
    /(?:^|\n)[ \t]*(?:clear(?:all)?[ \t\r]*(?:\n|$|[!/])|(?:new|edit)[ \t]+(?:object[ \t]*=[ \t]*)?["']?(?:circuit|line|linecode|transformer|load|vsource)\.|(?:compile|redirect)[ \t]+\S)/i.test(
      text.slice(0, 16_384),
    ),
  read(text, options) {
    const { dropped, ...built } = readFeederScript(text, options);
    return withPlace(options.fileName, () => builtFeederCase(built, dropped));
  },
  write: writeScript,
};
