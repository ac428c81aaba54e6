import { template as microgrid } from './microgrid.ts';

/** Study files to start from, by name. */
export const presets = [{ name: 'microgrid', about: 'a published microgrid, robust against sun and demand', text: microgrid }];
