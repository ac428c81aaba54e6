import { networkConformance } from '../conformance.ts';
import { microgrid } from './network.ts';

networkConformance(microgrid);
