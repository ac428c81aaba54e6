import { deviceConformance } from '../conformance.ts';
import { heatPump } from './declare.ts';

deviceConformance(heatPump);
