import { frontConformance } from '../conformance.ts';
import { weightedSum } from './method.ts';

frontConformance(weightedSum);
