import type { BuiltInNetwork } from '../contract.ts';
import { feederDocumentOf } from '../feeder-tables.ts';
import { ieee123Tables } from './tables.ts';

/** The 123-node feeder, 4.16 kV: overhead and underground, four regulators, four capacitors, switches that can be moved. */
export const ieee123: BuiltInNetwork = {
  name: ieee123Tables.name,
  title: '123-node unbalanced feeder, 4.16 kV, with four regulators and eight switches, IEEE',
  source: ieee123Tables.source,
  document: feederDocumentOf(ieee123Tables),
};
