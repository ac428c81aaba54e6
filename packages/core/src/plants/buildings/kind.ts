import { z } from 'zod';
import { buildingPlant } from '../../simulation/buildings/building-plant.ts';
import { buildingCommunity } from '../../simulation/scenarios/building-community.ts';
import { definePlant, type Quantity } from '../contract.ts';

/** Buildings that cool, with sun and loads of their own: the community of six, or one's own. */
export const buildingsSchema = z.strictObject({
  buildings: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        /** Electrical, of cooling at full power. */
        p_max_kW: z.number(),
        cop_frac: z.number().default(3),
        heat_kWh_per_K: z.number(),
        loss_kW_per_K: z.number(),
        ambient_degC: z.number().default(32),
        set_degC: z.number().default(24),
        band_K: z.number().default(1.5),
        comfort_start_frac: z.number().min(0).max(1).default(0.5),
        p_sun_kW: z.number().default(0),
        p_load_kW: z.number().default(0),
      }),
    )
    .min(1)
    .optional(),
});

export const buildings = definePlant({
  name: 'buildings',
  title: 'buildings with cooling, sun and loads that keep a plan with the grid together',
  schema: buildingsSchema,
  example: {},
  build({ buildings: own }) {
    const community = own ?? buildingCommunity();
    const lines = (output: string): Quantity['lines'] => community.map(({ id }) => ({ of: id, output: `${id}.${output}` }));
    return {
      plant: buildingPlant(community),
      devices: community.map(({ id, p_max_kW }) => ({ id, values: { p_max_kW } })),
      quantities: [
        { name: 'surplus', title: 'Power above the plan', unit: 'kW', lines: lines('surplus_kW') },
        { name: 'comfort', title: 'Comfort', unit: '', lines: lines('comfort_frac'), isShared: true },
        { name: 'power', title: 'Power into the grid', unit: 'kW', lines: lines('p_kW') },
      ],
    };
  },
});
