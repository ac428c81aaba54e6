import { feederConformance } from '../conformance.ts';
import { ieee123 } from './network.ts';

feederConformance(ieee123);
