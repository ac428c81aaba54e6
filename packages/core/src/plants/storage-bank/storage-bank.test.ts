import { describePlantKind } from '../conformance.ts';
import { storageBank } from './kind.ts';

describePlantKind(storageBank);
