import { deviceConformance } from '../conformance.ts';
import { gridConnection } from './declare.ts';

deviceConformance(gridConnection);
