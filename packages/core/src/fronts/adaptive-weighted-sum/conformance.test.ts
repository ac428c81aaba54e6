import { frontConformance } from '../conformance.ts';
import { adaptiveWeightedSum } from './method.ts';

frontConformance(adaptiveWeightedSum);
