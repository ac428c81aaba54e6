import { z } from 'zod';
import { devicesSchema, limitKeys, siteKeys } from '../schema.ts';

/** How a factor may differ from its forecast, in every zone alike. */
const errorSchema = z.strictObject({
  /** What a plan that knows a set guards against: from forecast·(1 − down) to forecast·(1 + up) in every zone and period … */
  down_frac: z.number().min(0).max(1).default(0),
  up_frac: z.number().min(0).max(10).default(0),
  /** … of which at most so many deviate fully, over zones and periods; default all. */
  deviations_max_count: z.number().min(0).optional(),
  /** How scenarios and samples are drawn. */
  law: z.enum(['normal', 'beta']).default('normal'),
  deviation_frac: z.number().min(0).max(2).default(0),
  persistence_frac: z.number().min(0).max(0.999).default(0.7),
  /** beta: end of the law, in largest forecasts of the horizon. */
  most_frac: z.number().min(1).max(10).default(1.25),
  /** Correlation between zones. */
  correlation_frac: z.number().min(0).max(1).default(0.5),
});

const exact = {
  down_frac: 0,
  up_frac: 0,
  law: 'normal',
  deviation_frac: 0,
  persistence_frac: 0.7,
  most_frac: 1.25,
  correlation_frac: 0.5,
} as const;

/** The study file of kind volt-var. */
export const voltVarSchema = z.strictObject({
  study: z.literal('volt-var'),
  title: z.string().default('Taps and banks before loads and sun are known, inverters after'),
  ...siteKeys,
  limits: z
    .strictObject({
      v_min_pu: limitKeys.v_min_pu,
      v_max_pu: limitKeys.v_max_pu,
      /** The plan keeps this far from the limits, for what its linear flow does not see. */
      margin_pu: z.number().min(0).max(0.05).default(0.005),
    })
    .default({ margin_pu: 0.005 }),
  /** How long taps and banks stay; a whole number of steps. */
  hold_min: z.number().positive().default(60),
  tapChanger: z.strictObject({
    /** The bus that it feeds; the slack bus of the network when left out. */
    bus: z.union([z.string(), z.number()]).optional(),
    v_lowest_pu: z.number().min(0.8).max(1.1).default(0.95),
    step_pu: z.number().positive().max(0.1).default(0.00625),
    positions_count: z.int().min(1).max(65).default(17),
    moves_max_count: z.int().min(0).default(12),
    /** What a move wears, in kWh of losses. */
    move_kWh: z.number().min(0).default(0),
  }),
  banks: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        bus: z.union([z.string(), z.number()]),
        step_kvar: z.number().positive(),
        steps_count: z.int().min(1).max(50),
      }),
    )
    .default([]),
  bankMoves_max_count: z.int().min(0).default(8),
  bankMove_kWh: z.number().min(0).default(0),
  /** Sources with an inverter: their sun is uncertain, their reactive power reacts. */
  devices: devicesSchema,
  /** Buses whose loads deviate together, and whose sun does; the rest is a zone of its own. */
  zones: z.array(z.strictObject({ name: z.string().min(1), buses: z.array(z.union([z.string(), z.number()])).min(1) })).default([]),
  errors: z.strictObject({ load: errorSchema.default(exact), sun: errorSchema.default(exact) }).default({ load: exact, sun: exact }),
  scenarios: z
    .strictObject({
      drawn_count: z.int().min(1).max(5000).default(200),
      kept_count: z.int().min(1).max(200).default(4),
      method: z.enum(['monte-carlo', 'latin-hypercube']).default('latin-hypercube'),
      reduction: z.enum(['fast-forward', 'backward']).default('fast-forward'),
    })
    .default({ drawn_count: 200, kept_count: 4, method: 'latin-hypercube', reduction: 'fast-forward' }),
  /** What is known when taps and banks are decided, and who decides; further keys are options of the strategy. */
  decide: z
    .looseObject({ knows: z.enum(['forecast', 'scenarios', 'set']), strategy: z.string() })
    .default({ knows: 'scenarios', strategy: 'extensive' }),
  objective: z.enum(['loss', 'deviation', 'front']).default('loss'),
  front: z
    .strictObject({ method: z.string().default('adaptive-weighted-sum'), points_count: z.int().min(2).max(200).default(14) })
    .default({ method: 'adaptive-weighted-sum', points_count: 14 }),
  /** Tangents per square of a flow. */
  tangents_count: z.int().min(3).max(99).default(9),
  replay: z.strictObject({ samples_count: z.int().min(1).max(10_000).default(40) }).default({ samples_count: 40 }),
  /** Fronts that others report, to stand beside this one. */
  published: z
    .array(z.strictObject({ method: z.string(), points_count: z.int().min(1), time_s: z.number().positive(), source: z.string() }))
    .default([]),
});

export type VoltVarDocument = z.infer<typeof voltVarSchema>;
