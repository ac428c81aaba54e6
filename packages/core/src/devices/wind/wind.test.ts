import { deviceConformance } from '../conformance.ts';
import { wind } from './declare.ts';

deviceConformance(wind);
