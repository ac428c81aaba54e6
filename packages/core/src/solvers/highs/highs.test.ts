import { solverConformance } from '../conformance.ts';
import { highs } from './highs.ts';

solverConformance(highs());
