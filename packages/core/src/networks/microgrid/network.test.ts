import { networkConformance } from '../conformance.ts';
import { microgridNetwork } from './network.ts';

networkConformance(microgridNetwork);
