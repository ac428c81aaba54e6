import { z } from 'zod';
import { idealSources } from '../../simulation/storage/ideal-sources.ts';
import { withStorage } from '../../simulation/storage/with-storage.ts';
import { definePlant, type PlantModel } from '../contract.ts';

const storeSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, - and _'),
  p_max_kW: z.number().positive(),
  energy_kWh: z.number().positive(),
  soc_frac: z.number().min(0).max(1),
});

/** Stores that inject what they are told at once: only their charge takes time. */
export const storageBank = definePlant({
  name: 'storage-bank',
  title: 'stores that inject what they are told at once, each with its charge',
  schema: z.strictObject({ stores: z.array(storeSchema).min(1) }),
  example: {
    stores: [
      { id: 'es1', p_max_kW: 36, energy_kWh: 2, soc_frac: 0.7 },
      { id: 'es2', p_max_kW: 36, energy_kWh: 2, soc_frac: 0.5 },
    ],
  },
  build({ stores }): PlantModel {
    const plant = withStorage(
      idealSources(stores.map(({ id }) => id)),
      stores.map(({ id, energy_kWh, soc_frac }) => ({ device: id, energy_kWh, soc_frac })),
    );
    return {
      plant,
      devices: stores.map(({ id, p_max_kW, energy_kWh }) => ({ id, values: { p_max_kW, energy_kWh } })),
      quantities: [
        {
          name: 'charge',
          title: 'Charge',
          unit: 'frac',
          isShared: true,
          lines: stores.map(({ id }) => ({ of: id, output: `${id}.soc_frac` })),
        },
        { name: 'power', title: 'Power into the network', unit: 'kW', lines: stores.map(({ id }) => ({ of: id, output: `${id}.p_kW` })) },
      ],
    };
  },
});
