import { balancedCase } from '../../network/feeder/balanced.ts';
import type { NetworkFormat } from '../contract.ts';
import { readFeederScript } from './read.ts';

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
    const { feeder, dropped, warnings } = readFeederScript(text, options);
    const balanced = balancedCase(feeder);
    return { ...balanced, feeder, dropped: [...dropped, ...balanced.dropped], warnings: [...warnings, ...balanced.warnings] };
  },
};
