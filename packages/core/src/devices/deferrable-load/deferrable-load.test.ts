import { deviceConformance } from '../conformance.ts';
import { deferrableLoad } from './declare.ts';

deviceConformance(deferrableLoad);
