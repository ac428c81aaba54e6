import { networkConformance } from '../conformance.ts';
import { ieee118 } from './network.ts';

networkConformance(ieee118);
