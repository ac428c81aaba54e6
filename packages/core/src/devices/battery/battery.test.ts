import { deviceConformance } from '../conformance.ts';
import { battery } from './declare.ts';

deviceConformance(battery);
