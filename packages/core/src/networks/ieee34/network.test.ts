import { feederConformance } from '../conformance.ts';
import { ieee34 } from './network.ts';

feederConformance(ieee34);
