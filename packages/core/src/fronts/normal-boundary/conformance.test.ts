import { frontConformance } from '../conformance.ts';
import { normalBoundary } from './method.ts';

frontConformance(normalBoundary);
