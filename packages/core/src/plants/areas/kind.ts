import { InputError } from '../../base/errors.ts';
import { areaPlant } from '../../simulation/areas/area-plant.ts';
import { type Area, type AreaSystem, restingShare_frac } from '../../simulation/areas/areas.ts';
import { cooledArea, threeAreas, twoAreas } from '../../simulation/scenarios/areas.ts';
import { definePlant, type PlantDevice, type Quantity } from '../contract.ts';
import { type AreasDocument, areasSchema } from './document.ts';

const scenarios = { 'two-areas': () => twoAreas(), 'three-areas': threeAreas, 'cooled-area': () => cooledArea() };

/** Synchronous areas with governors, turbines and ties, storage and cooling that support them. */
export const areas = definePlant({
  name: 'areas',
  title: 'synchronous areas with machines and ties, storage and cooling that support their frequency',
  schema: areasSchema,
  example: { scenario: 'two-areas', storages: [{ id: 'ess1', area: 'area1', p_max_pu: 0.02 }] },
  build(document) {
    const system = describeAreas(document);
    return {
      plant: areaPlant(system),
      devices: [
        ...system.areas.map((area): PlantDevice => ({ id: area.id, values: valuesOf(area, system) })),
        ...[...system.storages, ...system.coolers].map(({ id }): PlantDevice => ({ id, values: {} })),
      ],
      quantities: quantitiesOf(system, document.frequencyBand_Hz),
    };
  },
});

/** @throws {InputError} STUDY_VALUE_INVALID */
function describeAreas(document: AreasDocument): AreaSystem {
  const { scenario, areas: own, ties, storages, coolers, frequency_Hz } = document;
  if ((scenario === undefined) === (own === undefined)) {
    throw new InputError({
      code: 'STUDY_VALUE_INVALID',
      message: scenario === undefined ? 'The plant has neither a "scenario" nor "areas"' : 'A plant with a "scenario" has its own areas',
      where: 'areas',
      hint: 'Name a scenario (two-areas, three-areas, cooled-area), or list areas and ties.',
    });
  }
  if (own !== undefined) return { frequency_Hz, areas: own, ties, storages, coolers };
  const base = scenarios[scenario!]();
  return { ...base, ties: [...base.ties, ...ties], storages: [...base.storages, ...storages], coolers: [...base.coolers, ...coolers] };
}

/** What laws at an area may take over: its own numbers, its storages together, a home of its first cluster. */
function valuesOf(area: Area, { storages, coolers }: AreaSystem): PlantDevice['values'] {
  const own = storages.filter((each) => each.area === area.id);
  const cluster = coolers.find((each) => each.area === area.id);
  return {
    bias_pu_per_Hz: area.damping_pu_per_Hz + 1 / area.droop_Hz_per_pu,
    damping_pu_per_Hz: area.damping_pu_per_Hz,
    inertia_pu_s_per_Hz: area.inertia_pu_s_per_Hz,
    support_max_pu: own.reduce((sum, { p_max_pu }) => sum + p_max_pu, 0),
    ...(own.length === 0 ? {} : { duration_s: own[0].duration_s }),
    ...(cluster === undefined
      ? {}
      : {
          rest_frac: restingShare_frac(cluster),
          leak_per_h: cluster.loss_kW_per_K / cluster.heat_kWh_per_K,
          cool_per_h: (cluster.cop_frac * cluster.p_rated_kW) / (2 * cluster.band_K * cluster.heat_kWh_per_K),
        }),
  };
}

function quantitiesOf({ areas: all, ties, storages, coolers }: AreaSystem, band_Hz: number): Quantity[] {
  const lines = (parts: readonly { readonly id: string }[], output: string): Quantity['lines'] =>
    parts.map(({ id }) => ({ of: id, output: `${id}.${output}` }));
  const quantities: Quantity[] = [
    {
      name: 'frequency',
      title: 'Deviation of frequency',
      unit: 'Hz',
      lines: lines(all, 'deviation_Hz'),
      target: { value: 0, band: band_Hz },
    },
    { name: 'machines', title: 'Power of machines', unit: 'pu', lines: lines(all, 'p_mech_pu') },
  ];
  if (ties.length > 0) {
    quantities.push({
      name: 'tie-power',
      title: 'Power over ties',
      unit: 'pu',
      lines: lines(all, 'p_tie_pu'),
      target: { value: 0, band: 1e-3 },
    });
  }
  if (storages.length + coolers.length > 0)
    quantities.push({ name: 'support', title: 'Power of support', unit: 'pu', lines: lines(all, 'p_support_pu') });
  if (storages.length > 0)
    quantities.push({ name: 'charge', title: 'State of charge', unit: '', lines: lines(storages, 'e_frac'), isShared: true });
  if (coolers.length > 0) {
    quantities.push({ name: 'comfort', title: 'Comfort', unit: '', lines: lines(coolers, 'comfort_frac'), isShared: true });
    quantities.push({ name: 'cooling', title: 'Power of cooling', unit: '', lines: lines(coolers, 'alpha_frac') });
  }
  return quantities;
}
