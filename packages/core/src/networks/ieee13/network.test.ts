import { feederConformance } from '../conformance.ts';
import { ieee13 } from './network.ts';

feederConformance(ieee13);
