import { solverConformance } from '../conformance.ts';
import { interiorPoint } from './interior-point.ts';

solverConformance(interiorPoint());
