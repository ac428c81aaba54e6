import { frontConformance } from '../conformance.ts';
import { epsilonConstraint } from './method.ts';

frontConformance(epsilonConstraint);
