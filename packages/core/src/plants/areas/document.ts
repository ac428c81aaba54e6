import { z } from 'zod';

const id = z.string().min(1);

const area = z.strictObject({
  id,
  inertia_pu_s_per_Hz: z.number(),
  damping_pu_per_Hz: z.number(),
  droop_Hz_per_pu: z.number(),
  governor_s: z.number(),
  turbine_s: z.number(),
  /** With a reheater: its lead. */
  lead_s: z.number().default(0),
});

const tie = z.strictObject({ id, from: z.string(), to: z.string(), stiffness_pu_per_s_per_Hz: z.number() });

const storage = z.strictObject({
  id,
  area: z.string(),
  p_max_pu: z.number(),
  duration_s: z.number().default(1200),
  e_start_frac: z.number().default(0.5),
});

const cooler = z.strictObject({
  id,
  area: z.string(),
  p_max_pu: z.number(),
  p_rated_kW: z.number().default(3),
  cop_frac: z.number().default(2.7),
  heat_kWh_per_K: z.number().default(2),
  loss_kW_per_K: z.number().default(0.5),
  ambient_degC: z.number().default(32),
  set_degC: z.number().default(24),
  band_K: z.number().default(1.5),
  comfort_start_frac: z.number().default(0.5),
});

/** Areas with machines, ties, storage and cooling: a set by its name, or one's own. Powers are per unit of one base. */
export const areasSchema = z.strictObject({
  /** `two-areas` (Elgerd, Fosha 1970), `three-areas` (Bevrani 2009) or `cooled-area`; left out: what stands under `areas`. */
  scenario: z.enum(['two-areas', 'three-areas', 'cooled-area']).optional(),
  frequency_Hz: z.number().positive().default(60),
  areas: z.array(area).optional(),
  ties: z.array(tie).default([]),
  /** Added to those of a scenario. */
  storages: z.array(storage).default([]),
  coolers: z.array(cooler).default([]),
  /** A deviation this small counts as none. */
  frequencyBand_Hz: z.number().positive().default(0.005),
});

export type AreasDocument = z.output<typeof areasSchema>;
