import type { Preset } from '../../../controllers/preset.ts';
import { robustFront } from './robust-front.ts';
import { template as twoStage } from './two-stage.ts';

const study = 'volt-var';

/** Study files to start from, by name. */
export const voltVarPresets: readonly Preset[] = [
  {
    study,
    name: 'two-stage',
    title: 'Taps and banks for a day over scenarios, inverters when loads and sun are known',
    document: twoStage,
  },
  {
    study,
    name: 'robust-front',
    title: 'Loss against voltage deviation, every plan along the front robust for a set',
    document: robustFront,
  },
];
