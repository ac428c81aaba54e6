import { networkConformance } from '../conformance.ts';
import { feeder118 } from './network.ts';

networkConformance(feeder118);
