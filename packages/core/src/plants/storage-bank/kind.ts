import { z } from 'zod';
import { idealSources } from '../../simulation/storage/ideal-sources.ts';
import { withStorage } from '../../simulation/storage/with-storage.ts';
import { definePlant, type PlantModel } from '../contract.ts';

const sourceSchema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]+$/, 'letters, digits, - and _'),
  p_max_kW: z.number().positive(),
  p_start_kW: z.number().default(0),
});

const storeSchema = sourceSchema.extend({
  energy_kWh: z.number().positive(),
  soc_frac: z.number().min(0).max(1),
});

/** Stores that inject what they are told at once: only their charge takes time. Beside them sources without a store. */
export const storageBank = definePlant({
  name: 'storage-bank',
  title: 'stores, and generators, that inject what they are told at once, each store with its charge',
  schema: z.strictObject({ stores: z.array(storeSchema).min(1), generators: z.array(sourceSchema).default([]) }),
  example: {
    stores: [
      { id: 'es1', p_max_kW: 36, energy_kWh: 2, soc_frac: 0.7 },
      { id: 'es2', p_max_kW: 36, energy_kWh: 2, soc_frac: 0.5 },
    ],
    generators: [{ id: 'dg1', p_max_kW: 20 }],
  },
  build({ stores, generators }): PlantModel {
    const sources = [...generators, ...stores];
    const ids = sources.map(({ id }) => id);
    const plant = withStorage(
      idealSources(
        ids,
        sources.map(({ p_start_kW }) => p_start_kW),
      ),
      stores.map(({ id, energy_kWh, soc_frac }) => ({ device: id, energy_kWh, soc_frac })),
    );
    return {
      plant,
      devices: [
        ...generators.map(({ id, p_max_kW }) => ({ id, values: { p_max_kW } })),
        ...stores.map(({ id, p_max_kW, energy_kWh }) => ({ id, values: { p_max_kW, energy_kWh } })),
      ],
      quantities: [
        {
          name: 'charge',
          title: 'Charge',
          unit: 'frac',
          isShared: true,
          lines: stores.map(({ id }) => ({ of: id, output: `${id}.soc_frac` })),
        },
        {
          name: 'power-share',
          title: 'Power into the network, over the rating',
          unit: 'frac',
          lines: sources.map(({ id, p_max_kW }) => ({ of: id, output: `${id}.p_kW`, scale: 1 / p_max_kW })),
        },
      ],
    };
  },
});
