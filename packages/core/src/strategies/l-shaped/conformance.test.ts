import { strategyConformance } from '../conformance.ts';
import { lShaped } from './strategy.ts';

strategyConformance(lShaped);
