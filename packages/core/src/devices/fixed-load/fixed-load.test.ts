import { deviceConformance } from '../conformance.ts';
import { fixedLoad } from './declare.ts';

deviceConformance(fixedLoad);
