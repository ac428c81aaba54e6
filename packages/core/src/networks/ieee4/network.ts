import type { BuiltInNetwork } from '../contract.ts';
import { fourNodeFeeder } from './four-node-feeder.ts';

const document = fourNodeFeeder('ieee4', 'gry-gry', 'unbalanced');

/** The 4-node feeder: step-down, earthed wye to earthed wye, unbalanced load. The other connections: `fourNodeFeeder`. */
export const ieee4: BuiltInNetwork = {
  name: 'ieee4',
  title: '4-node unbalanced feeder behind a 12.47/4.16 kV transformer, IEEE',
  source: document.source ?? '',
  document,
};
