import { besideClarabel } from '../testing/beside-clarabel.ts';
import { interiorPoint } from './interior-point.ts';

besideClarabel(interiorPoint(), 200);
