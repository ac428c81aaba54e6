import { deviceConformance } from '../conformance.ts';
import { generator } from './declare.ts';

deviceConformance(generator);
