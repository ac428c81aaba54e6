import type { Preset } from '../../../controllers/preset.ts';
import { budgets } from './budgets.ts';
import { hybridStorage } from './hybrid-storage.ts';
import { template as microgrid } from './microgrid.ts';
import { priceLevels } from './price-levels.ts';
import { storageHour } from './storage-hour.ts';

const study = 'dispatch';

/** Study files to start from, by name. */
export const dispatchPresets: readonly Preset[] = [
  { study, name: 'robust-microgrid', title: 'A published microgrid, robust against sun and demand', document: microgrid },
  {
    study,
    name: 'price-levels',
    title: 'Price-based demand response for the day, turbines by the hour, on 33 buses',
    document: priceLevels,
  },
  { study, name: 'storage-hour', title: 'Storage for an hour, direct load control by the quarter, six nested sets', document: storageHour },
  { study, name: 'budgets', title: 'Three sets and the forecast in a table of promises, costs and failures', document: budgets },
  {
    study,
    name: 'hybrid-storage',
    title: 'A battery that ages by depth, by the hour, and a fast store by the quarter',
    document: hybridStorage,
  },
];
