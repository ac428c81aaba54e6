import type { BuiltInNetwork } from '../contract.ts';
import { feederDocumentOf } from '../feeder-tables.ts';
import { ieee13Tables } from './tables.ts';

/** The 13-node feeder, 4.16 kV: short, heavily loaded, every kind of load, an underground cable, a regulator, capacitors. */
export const ieee13: BuiltInNetwork = {
  name: ieee13Tables.name,
  title: '13-node unbalanced feeder, 4.16 kV, with a regulator and two capacitors, IEEE',
  source: ieee13Tables.source,
  document: feederDocumentOf(ieee13Tables),
};
