import { formulationConformance } from '../conformance.ts';
import { branchFlow, branchFlowSoc } from './formulation.ts';

formulationConformance(branchFlowSoc, { losses: 'flow' });
formulationConformance(branchFlow({ rating: 'current' }), { losses: 'flow' });
