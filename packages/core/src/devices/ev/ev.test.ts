import { deviceConformance } from '../conformance.ts';
import { ev } from './declare.ts';

deviceConformance(ev);
