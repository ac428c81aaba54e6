import type { BuiltInNetwork } from '../contract.ts';
import { feederDocumentOf } from '../feeder-tables.ts';
import { ieee34Tables } from './tables.ts';

/** The 34-node feeder, 24.9 kV: very long, lightly loaded, two regulators, a 4.16 kV end. */
export const ieee34: BuiltInNetwork = {
  name: ieee34Tables.name,
  title: '34-node unbalanced feeder, 24.9 kV and 57 km long, with two regulators, IEEE',
  source: ieee34Tables.source,
  document: feederDocumentOf(ieee34Tables),
};
