import { z } from 'zod';
import { InputError } from '../../base/errors.ts';
import type { Case } from '../../network/network.ts';
import { ieee33 } from '../../networks/ieee33/network.ts';
import { ieee69 } from '../../networks/ieee69/network.ts';
import { readBuiltIn } from '../../networks/read-built-in.ts';
import { radialSweep } from '../../powerflows/radial-sweep/radial-sweep.ts';
import { type FeederSystem, feederPlant } from '../../simulation/feeder/feeder-plant.ts';
import { cloudsOver, sunnyFeeder } from '../../simulation/scenarios/sunny-feeder.ts';
import { definePlant, type Quantity } from '../contract.ts';

const inverter = z.strictObject({
  id: z.string().min(1),
  bus: z.string().min(1),
  s_max_kVA: z.number(),
  /** Of its sun, at the start. */
  p_start_kW: z.number().min(0).default(0),
  lag_s: z.number().default(0.2),
});

/** A radial feeder whose inverters follow commands of reactive power. */
export const feederSchema = z.strictObject({
  /** A built-in radial network. */
  network: z.enum(['ieee33', 'ieee69']).default('ieee33'),
  /** `full`: a power flow at every moment; `linear`: about the start, by LinDistFlow. */
  model: z.enum(['full', 'linear']).default('full'),
  /** Of the loads of the network. */
  load_frac: z.number().min(0).default(0.4),
  /** Left out, on ieee33: seven of 960 kVA with 750 kW of sun each, at buses 10 to 33. */
  inverters: z.array(inverter).min(1).optional(),
  /** Of the seven, at the start. */
  sun_frac: z.number().min(0).max(1).default(0.3),
  /** Clouds over the seven: the sky clears to `after_frac` at `clears_s`, clouds move until `until_s`. */
  clouds: z
    .strictObject({ clears_s: z.number().min(0), after_frac: z.number().min(0).max(1), until_s: z.number().min(0).default(0) })
    .optional(),
});

const networks = { ieee33, ieee69 };

type FeederDocument = z.output<typeof feederSchema>;

export const feeder = definePlant({
  name: 'feeder',
  title: 'a radial feeder whose inverters follow reactive commands; voltages by power flow',
  schema: feederSchema,
  example: { network: 'ieee33', model: 'linear' },
  build(document, { stream }) {
    const system = describeFeeder(document, readBuiltIn(networks[document.network]));
    const plant = feederPlant(system);
    const { clouds, sun_frac } = document;
    return {
      plant,
      devices: system.inverters.map(({ id, s_max_kVA, p_start_kW }) => ({
        id,
        values: { q_max_kvar: Math.sqrt(Math.max(0, s_max_kVA * s_max_kVA - p_start_kW * p_start_kW)) },
      })),
      quantities: quantitiesOf(system),
      ...(clouds === undefined ? {} : { processes: () => [cloudsOver(plant.inputs, stream, { ...clouds, before_frac: sun_frac })] }),
    };
  },
});

/** @throws {InputError} STUDY_VALUE_INVALID */
function describeFeeder(
  { network: name, model, load_frac, inverters, sun_frac, clouds }: FeederDocument,
  { network, operatingPoint }: Case,
): FeederSystem {
  if (inverters === undefined && networks[name] !== ieee33) {
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: `The feeder "${name}" has no inverters by itself`,
      where: 'inverters',
      hint: 'List inverters with id, bus, s_max_kVA and p_start_kW.',
    });
  }
  if (inverters === undefined) return sunnyFeeder({ network, operatingPoint }, radialSweep, model, { sun_frac, load_frac });
  if (clouds !== undefined) {
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: '"clouds" are drawn over the seven inverters that the feeder has by itself, and this one has its own',
      where: 'clouds',
      hint: 'Leave "inverters" out, or change their sun by events: { at_s: 60, set: pv1.p_kW, to: 500 }.',
    });
  }
  const scaled = (powers: Float64Array): Float64Array => powers.map((power) => load_frac * power);
  const point = { ...operatingPoint, p_kW: scaled(operatingPoint.p_kW), q_kvar: scaled(operatingPoint.q_kvar) };
  return { network, point, inverters, model, method: radialSweep };
}

function quantitiesOf({ inverters }: FeederSystem): Quantity[] {
  const lines = (output: string): Quantity['lines'] => inverters.map(({ id }) => ({ of: id, output: `${id}.${output}` }));
  return [
    { name: 'voltage', title: 'Voltage', unit: 'pu', lines: lines('v_pu'), target: { value: 1, band: 0.0525 } },
    { name: 'reactive-power', title: 'Reactive power', unit: 'kvar', lines: lines('q_kvar') },
  ];
}
