import { z } from 'zod';
import { InputError } from '../../base/errors.ts';
import type { DcMicrogrid } from '../../simulation/dc/dc-microgrid.ts';
import { dcPlant } from '../../simulation/dc/dc-plant.ts';
import { dcRing } from '../../simulation/scenarios/dc-ring.ts';
import { definePlant, type Quantity } from '../contract.ts';

const id = z.string().min(1);
const loadKind = z.enum(['power', 'current', 'impedance']);

/** A microgrid on direct current: the ring of four sources, or one's own. */
export const dcMicrogridSchema = z.strictObject({
  scenario: z.enum(['dc-ring']).optional(),
  /** Of the loads of the ring. */
  loadKind: loadKind.default('power'),
  v_nominal_V: z.number().positive().default(380),
  buses: z.array(z.strictObject({ id, c_F: z.number() })).optional(),
  cables: z.array(z.strictObject({ id, from: z.string(), to: z.string(), r_ohm: z.number(), l_H: z.number() })).default([]),
  sources: z
    .array(
      z.strictObject({
        id,
        bus: z.string(),
        v_set_V: z.number(),
        droop_ohm: z.number(),
        filter_rad_per_s: z.number().default(300),
        r_ohm: z.number().default(0.05),
        l_H: z.number().default(5e-4),
      }),
    )
    .default([]),
  loads: z
    .array(
      z.strictObject({ id, bus: z.string(), kind: loadKind, p_kW: z.number(), v_nominal_V: z.number(), v_drop_V: z.number().optional() }),
    )
    .default([]),
  /** A voltage this near to nominal counts as restored. */
  voltageBand_V: z.number().positive().default(4),
});

export const dcMicrogrid = definePlant({
  name: 'dc-microgrid',
  title: 'a microgrid on direct current: droop, cables, loads of constant power, current or impedance',
  schema: dcMicrogridSchema,
  example: { scenario: 'dc-ring' },
  build(document) {
    const { scenario, buses, cables, sources, loads, v_nominal_V, voltageBand_V } = document;
    if ((scenario === undefined) === (buses === undefined)) {
      throw new InputError({
        code: 'STUDY_VALUE_INVALID',
        message:
          scenario === undefined ? 'The microgrid has neither a "scenario" nor "buses"' : 'A plant with a "scenario" has its own buses',
        where: 'buses',
        hint: 'Name the scenario dc-ring, or list buses, cables, sources and loads.',
      });
    }
    const microgrid: DcMicrogrid = buses === undefined ? dcRing(document.loadKind) : { buses, cables, sources, loads };
    return {
      plant: dcPlant(microgrid),
      devices: microgrid.sources.map(({ id: source, droop_ohm }) => ({ id: source, values: { droop_ohm, v_ref_V: v_nominal_V } })),
      quantities: quantitiesOf(microgrid, v_nominal_V, voltageBand_V),
    };
  },
});

function quantitiesOf({ sources }: DcMicrogrid, v_nominal_V: number, band: number): Quantity[] {
  const lines = (output: string, scaleOf: (droop_ohm: number) => number = () => 1): Quantity['lines'] =>
    sources.map((source) => ({ of: source.id, output: `${source.id}.${output}`, scale: scaleOf(source.droop_ohm) }));
  return [
    { name: 'voltage', title: 'Voltage', unit: 'V', lines: lines('v_V'), target: { value: v_nominal_V, band } },
    { name: 'current', title: 'Current', unit: 'A', lines: lines('i_A') },
    { name: 'share', title: 'Share droop·i', unit: 'V', lines: lines('i_A', (droop_ohm) => droop_ohm), isShared: true },
  ];
}
