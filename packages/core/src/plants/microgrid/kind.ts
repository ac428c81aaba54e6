import { averagedMicrogrid } from '../../simulation/microgrid/averaged.ts';
import { dynamicPhasorMicrogrid } from '../../simulation/microgrid/dynamic-phasor.ts';
import type { FormingInverter, Microgrid } from '../../simulation/microgrid/microgrid.ts';
import { quasiStaticMicrogrid } from '../../simulation/microgrid/quasi-static.ts';
import { tierGap } from '../../simulation/microgrid/tier-gap.ts';
import type { Plant } from '../../simulation/plant.ts';
import { withPowerRates } from '../../simulation/with-rates.ts';
import { definePlant, type PlantDevice, type Quantity } from '../contract.ts';
import { describeMicrogrid } from './description.ts';
import { microgridSchema, type tierNames } from './document.ts';

const tiers: Record<(typeof tierNames)[number], (microgrid: Microgrid) => Plant> = {
  'quasi-static': quasiStaticMicrogrid,
  'dynamic-phasor': dynamicPhasorMicrogrid,
  averaged: averagedMicrogrid,
};

/** Comparing tiers needs the eigenvalues of all states of the averaged one. */
const COMPARED_MAX = 12;

/** An islanded grid that inverters with droop form. */
export const microgrid = definePlant({
  name: 'microgrid',
  title: 'an islanded microgrid of grid-forming inverters with droop, in three tiers of detail',
  schema: microgridSchema,
  example: { tier: 'quasi-static', scenario: 'inverter-chain', inverters_count: 4 },
  build(document) {
    const { tier, frequencyBand_Hz, tellsRates } = document;
    const { microgrid, q_rated_kvar } = describeMicrogrid(document);
    const { inverters, frequency_Hz } = microgrid;
    const plant = tiers[tier](microgrid);
    const ids = inverters.map(({ id }) => id);
    return {
      plant: tellsRates ? withPowerRates(plant, ids) : plant,
      devices: inverters.map(
        (inverter, k): PlantDevice => ({
          id: inverter.id,
          values: valuesOf(inverter, frequency_Hz, q_rated_kvar[k]),
        }),
      ),
      quantities: quantitiesOf(inverters, frequency_Hz, frequencyBand_Hz),
      cautions() {
        const isComparable = tier === 'quasi-static' && inverters.length <= COMPARED_MAX && inverters.every(({ loops }) => loops);
        const warning = isComparable ? tierGap(microgrid).warning : undefined;
        return warning === undefined ? [] : [warning];
      },
    };
  },
});

const valuesOf = (
  { droop_rad_per_s_per_kW, droop_V_per_kvar, v_set_V }: FormingInverter,
  frequency_Hz: number,
  q_rated_kvar: number | undefined,
): PlantDevice['values'] => ({
  droop_rad_per_s_per_kW,
  droop_V_per_kvar,
  w_ref_rad_per_s: 2 * Math.PI * frequency_Hz,
  w_nominal_rad_per_s: 2 * Math.PI * frequency_Hz,
  v_ref_V: v_set_V,
  v_nominal_V: v_set_V,
  ...(q_rated_kvar === undefined ? {} : { q_rated_kvar }),
});

function quantitiesOf(inverters: readonly FormingInverter[], frequency_Hz: number, band_Hz: number): Quantity[] {
  const lines = (output: string, scaleOf: (inverter: FormingInverter) => number = () => 1): Quantity['lines'] =>
    inverters.map((inverter) => ({ of: inverter.id, output: `${inverter.id}.${output}`, scale: scaleOf(inverter) }));
  return [
    {
      name: 'frequency',
      title: 'Frequency',
      unit: 'Hz',
      lines: lines('w_rad_per_s', () => 1 / (2 * Math.PI)),
      target: { value: frequency_Hz, band: band_Hz },
    },
    { name: 'active-power', title: 'Active power', unit: 'kW', lines: lines('p_kW') },
    { name: 'voltage', title: 'Voltage', unit: 'V', lines: lines('v_V') },
    { name: 'reactive-power', title: 'Reactive power', unit: 'kvar', lines: lines('q_kvar') },
    {
      name: 'active-share',
      title: 'Active share m·P',
      unit: 'rad/s',
      lines: lines('p_kW', ({ droop_rad_per_s_per_kW }) => droop_rad_per_s_per_kW),
      isShared: true,
    },
    {
      name: 'reactive-share',
      title: 'Reactive share n·Q',
      unit: 'V',
      lines: lines('q_kvar', ({ droop_V_per_kvar }) => droop_V_per_kvar),
      isShared: true,
    },
  ];
}
