import { strategyConformance } from '../conformance.ts';
import { extensive } from './strategy.ts';

strategyConformance(extensive);
