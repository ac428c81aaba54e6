import { strategyConformance } from '../conformance.ts';
import { affineRules } from './strategy.ts';

strategyConformance(affineRules);
