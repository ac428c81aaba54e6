import { schemeConformance } from '../conformance.ts';
import { proximalMessagePassing } from './scheme.ts';

schemeConformance(proximalMessagePassing, { tight: { ...proximalMessagePassing.defaults, rho: 0.03, tolerance_frac: 1e-6 } });
