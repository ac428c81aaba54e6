import { strategyConformance } from '../conformance.ts';
import { progressiveHedging } from './strategy.ts';

strategyConformance(progressiveHedging, { closesWhole: false });
