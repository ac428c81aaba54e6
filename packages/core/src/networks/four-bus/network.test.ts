import { networkConformance } from '../conformance.ts';
import { fourBus } from './network.ts';

networkConformance(fourBus);
