import { networkConformance } from '../conformance.ts';
import { ieee69 } from './network.ts';

networkConformance(ieee69);
