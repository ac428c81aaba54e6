import type { StudyPreset } from '../../contract.ts';
import { budgets } from './budgets.ts';
import { template as microgrid } from './microgrid.ts';
import { priceLevels } from './price-levels.ts';
import { storageHour } from './storage-hour.ts';

/** Study files to start from, by name. */
export const presets: readonly StudyPreset[] = [
  { name: 'microgrid', about: 'a published microgrid, robust against sun and demand', text: microgrid },
  { name: 'price-levels', about: 'price-based demand response for the day, turbines by the hour, on 33 buses', text: priceLevels },
  { name: 'storage-hour', about: 'storage for an hour, direct load control by the quarter, six nested sets', text: storageHour },
  { name: 'budgets', about: 'three sets and the forecast in a table of promises, costs and failures', text: budgets },
];
