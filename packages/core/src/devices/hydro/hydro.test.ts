import { deviceConformance } from '../conformance.ts';
import { hydro } from './declare.ts';

deviceConformance(hydro);
