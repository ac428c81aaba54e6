import { deviceConformance } from '../conformance.ts';
import { thermostaticLoad } from './declare.ts';

deviceConformance(thermostaticLoad);
