import { describePlantKind } from '../conformance.ts';
import { buildings } from './kind.ts';

describePlantKind(buildings);
