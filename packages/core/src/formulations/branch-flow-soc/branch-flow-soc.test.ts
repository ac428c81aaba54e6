import { formulationConformance } from '../conformance.ts';
import { branchFlow, branchFlowSoc } from './formulation.ts';

formulationConformance(branchFlowSoc, { losses: 'flow', isReducible: false });
formulationConformance(branchFlow({ rating: 'current' }), { losses: 'flow', isReducible: false });
