import { strategyConformance } from '../conformance.ts';
import { columnAndConstraint } from './strategy.ts';

strategyConformance(columnAndConstraint);
