import { feederConformance } from '../conformance.ts';
import { ieee4 } from './network.ts';

feederConformance(ieee4);
