import { networkConformance } from '../conformance.ts';
import { ieee33 } from './network.ts';

networkConformance(ieee33);
