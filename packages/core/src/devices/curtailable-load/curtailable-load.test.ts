import { deviceConformance } from '../conformance.ts';
import { curtailableLoad } from './declare.ts';

deviceConformance(curtailableLoad);
