import { z } from 'zod';
import { devicesSchema, limitKeys, siteKeys } from '../schema.ts';

/** A parameter that is not known when plans are made, of one device or of several that move together. */
const uncertainSchema = z.strictObject({
  name: z.string().min(1),
  devices: z.array(z.string()).min(1),
  /** A parameter of these devices with one value per step; what the study file gives is its forecast. */
  parameter: z.string(),
  /** What plans that know a set guard against: values from forecast·(1 − down) to forecast·(1 + up) … */
  down_frac: z.number().min(0).max(1).default(0),
  up_frac: z.number().min(0).max(10).default(0),
  /** … of which at most so many, over the horizon, deviate fully (a fraction counts for a part); default all. */
  deviations_max_count: z.number().min(0).optional(),
  /** … or whose sum over the horizon lies between these fractions of the forecast's. */
  total_min_frac: z.number().min(0).optional(),
  total_max_frac: z.number().min(0).optional(),
  /** How it deviates when scenarios and samples are drawn; without it, it does not. */
  error: z
    .strictObject({
      law: z.enum(['normal', 'beta']),
      deviation_frac: z.number().min(0).max(2),
      /** Correlation of neighbouring steps. */
      persistence_frac: z.number().min(0).max(0.999).default(0.7),
      /** beta: end of the law, in largest forecasts of the horizon. */
      most_frac: z.number().min(1).max(10).default(1.25),
    })
    .optional(),
});

/** What a plan knows: the forecast alone, scenarios with probabilities, these and how far the truth may be from them, or a set of what may happen. */
const planSchema = z.looseObject({
  name: z.string().min(1),
  knows: z.enum(['forecast', 'scenarios', 'ball', 'set']),
  strategy: z.string(),
  /** Widens the deviations of the set, or narrows them: all, or by quantity. */
  widen_frac: z.union([z.number().min(0).max(10), z.record(z.string(), z.number().min(0).max(10))]).default(1),
  /** ball: how far the truth may be from the scenarios, in full deviations of the set that have to be moved. */
  radius_count: z.number().min(0).max(1000).default(1),
  /** Weighs the mean of costs against the mean of the dearest 1 − level of them. */
  tail: z.strictObject({ weight_frac: z.number().min(0).max(1), level_frac: z.number().min(0).max(0.999) }).optional(),
});

/** The study file of kind dispatch. */
export const dispatchSchema = z.strictObject({
  study: z.literal('dispatch'),
  title: z.string().default('Dispatch under uncertainty'),
  ...siteKeys,
  limits: z.strictObject({ ...limitKeys, margin_pu: z.number().min(0).max(0.05).default(0) }).default({ margin_pu: 0 }),
  /** The grid above: a device kind at the slack bus, with its parameters. */
  upstream: z.looseObject({
    kind: z.string().default('grid-connection'),
    owner: z.string().default('upstream retailer'),
    bus: z.union([z.string(), z.number()]).optional(),
  }),
  devices: devicesSchema,
  /** Devices whose whole schedule is fixed before anything is known ("grid" is the connection upstream), and devices that must have no part in it. */
  decided: z
    .strictObject({
      ahead: z.array(z.string()).default([]),
      later: z.array(z.string()).default([]),
      /** What is decided ahead keeps its active power for so many steps: an hour of quarters is 4. */
      hold_count: z.int().min(1).default(1),
    })
    .default({ ahead: [], later: [], hold_count: 1 }),
  formulation: z.string().default('lindistflow'),
  /** How `exclusive` and whole intentions are written. */
  exclusive: z.enum(['binary', 'relaxed']).default('binary'),
  /** What a kWh costs that cannot be balanced, either way; it must be dearer than anything a device asks. */
  shortfall_cur_per_kWh: z.number().positive().default(10),
  uncertain: z.array(uncertainSchema).default([]),
  /** Correlation of the errors of different quantities, before persistence. */
  correlation_frac: z.number().min(-1).max(1).default(0),
  scenarios: z
    .strictObject({
      drawn_count: z.int().min(1).max(5000).default(200),
      kept_count: z.int().min(1).max(500).default(8),
      method: z.enum(['monte-carlo', 'latin-hypercube']).default('latin-hypercube'),
      reduction: z.enum(['fast-forward', 'backward']).default('fast-forward'),
    })
    .default({ drawn_count: 200, kept_count: 8, method: 'latin-hypercube', reduction: 'fast-forward' }),
  /** Plans to make; the first is the one that is adopted and explained, the others stand beside it. */
  plans: z
    .array(planSchema)
    .min(1)
    .default([
      { name: 'robust', knows: 'set', strategy: 'column-and-constraint', widen_frac: 1, radius_count: 1 },
      { name: 'stochastic', knows: 'scenarios', strategy: 'extensive', widen_frac: 1, radius_count: 1 },
      { name: 'deterministic', knows: 'forecast', strategy: 'extensive', widen_frac: 1, radius_count: 1 },
    ]),
  /** Every plan against the same fresh samples, one group for each of these factors on the errors. */
  replay: z
    .strictObject({
      samples_count: z.int().min(1).max(10_000).default(100),
      errors_frac: z.array(z.number().positive().max(5)).min(1).max(6).default([1]),
      /** So many of them are also carried through step by step: what reacts knows each step only when it comes. */
      rolled_count: z.int().min(0).max(1000).default(0),
    })
    .default({ samples_count: 100, errors_frac: [1], rolled_count: 0 }),
  /** Decides the adopted plan again with one more full deviation of each count, and says what that changes. */
  budgetPrices: z.boolean().default(true),
});

export type DispatchDocument = z.infer<typeof dispatchSchema>;
