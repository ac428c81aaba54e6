import { besideClarabel } from '../testing/beside-clarabel.ts';
import { interiorPoint } from './interior-point.ts';

// Its planted direction touches the boundary of cones; it ends at the iteration limit.
besideClarabel(interiorPoint(), 200, { 'exponential unbounded': [74] });
