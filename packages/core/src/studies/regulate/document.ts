import { z } from 'zod';
import { devicesSchema, limitKeys, profileSchema, siteKeys, transportSchema } from '../schema.ts';

/** A device kind with its parameters: the storage that each source of a portfolio has beside it. */
const storageSchema = z.looseObject({ kind: z.string().default('battery') });

/** Sources that share one storage of the list of devices, or that have one each beside them, at their own bus. */
const portfolioSchema = z.union([
  z.strictObject({ id: z.string().min(1), sources: z.array(z.string()).min(1), storage: z.string() }),
  z.strictObject({ id: z.string().min(1), sources: z.array(z.string()).min(1), storageEach: storageSchema }),
]);

const marketSchema = z
  .strictObject({
    structure: z.enum(['flat', 'time-of-use', 'real-time', 'two-sided']).default('time-of-use'),
    /** Prices of the grid above; `flat` takes their mean over the horizon, `real-time` disturbs them where `deviation_frac` says so. */
    buy_cur_per_kWh: profileSchema,
    sell_cur_per_kWh: profileSchema,
    /** real-time: standard deviation of the factor on the prices, correlated from step to step. */
    deviation_frac: z.number().min(0).max(1).optional(),
    /** Storage runs at its rated power or not at all (the paper), or at any power up to it. */
    power: z.enum(['on-off', 'continuous']).default('on-off'),
    chargeFrom: z.enum(['sources', 'any']).default('sources'),
    /** Storage ends with at least what it started with. */
    keepsEnergy: z.boolean().default(true),
    portfolios: z.array(portfolioSchema).default([]),
  })
  .optional();

/** Hours on which the grid above asks for less import than otherwise; `depth_frac` of the width of the band. */
const dipSchema = z.strictObject({
  from_h: z.number().min(0).max(24),
  to_h: z.number().min(0).max(24),
  depth_frac: z.number().min(-3).max(3),
});

/** A rule that makes commands from what the feeder can reach, for studies without recorded commands. */
const bandRule = z.strictObject({
  /** Whose band: with the market's plans, or without. */
  band: z.enum(['with-market', 'without-market']).default('without-market'),
  /** 0: lowest import that can be reached, 1: the highest. Values beyond ask for what cannot be had. */
  at_frac: z.number().min(-3).max(4).default(0.5),
  dips: z.array(dipSchema).default([]),
});

const commandSchema = z.union([profileSchema, bandRule]);

const partitionSchema = z.strictObject({
  name: z.string().min(1),
  /** Buses of each cluster, by id. */
  clusters: z.array(z.array(z.union([z.string(), z.number()])).min(1)).min(1),
});

/** The study file of kind regulate. */
export const regulateSchema = z.strictObject({
  study: z.literal('regulate'),
  title: z.string().default('Clusters that follow the grid'),
  ...siteKeys,
  limits: z.strictObject(limitKeys).default({}),
  /** Bus of the point of common coupling; default the network's slack. */
  pcc: z.strictObject({ bus: z.union([z.string(), z.number()]).optional() }).default({}),
  devices: devicesSchema,
  market: marketSchema,
  commands: z
    .strictObject({
      p_pcc_kW: commandSchema.default({ band: 'without-market', at_frac: 0.5, dips: [] }),
      q_pcc_kvar: commandSchema.default({ band: 'without-market', at_frac: 0.5, dips: [] }),
      /** α and β of the objective α·|p − p*| + β·|q − q*|. */
      p_weight: z.number().positive().default(1),
      q_weight: z.number().positive().default(1),
    })
    .default({
      p_pcc_kW: { band: 'without-market', at_frac: 0.5, dips: [] },
      q_pcc_kvar: { band: 'without-market', at_frac: 0.5, dips: [] },
      p_weight: 1,
      q_weight: 1,
    }),
  clusters: z
    .strictObject({
      method: z.enum(['exact', 'sampled']).default('exact'),
      /** λ_max, the largest mean electrical distance (eq. 17); null: no screening. */
      distanceMax: z.number().positive().nullable().default(0.35),
      resources_min_count: z.int().min(1).default(2),
      draws_count: z.int().min(1).max(10_000_000).default(20_000),
      /** How many partitions to run: those of least distance, each with another number of clusters where there are; or these. */
      choose: z.union([z.int().min(1).max(50), z.array(partitionSchema).min(1)]).default(3),
    })
    .default({ method: 'exact', distanceMax: 0.35, resources_min_count: 2, draws_count: 20_000, choose: 3 }),
  /** How a cluster says what it can do: the paper's box, or a polygon with this many corners. */
  characteristic: z
    .union([
      z.strictObject({ kind: z.literal('box') }),
      z.strictObject({ kind: z.literal('polygon'), corners_count: z.int().min(4).max(256).default(16) }),
    ])
    .default({ kind: 'polygon', corners_count: 16 }),
  /** Compares what clusters can say about the whole horizon; absent: not compared. */
  overTime: z
    .strictObject({
      signals_count: z.int().min(2).max(1000).default(64),
      commands_count: z.int().min(1).max(1000).default(20),
    })
    .optional(),
  /** Tries partitions with random commands inside the band; absent: none. */
  screening: z
    .strictObject({
      commands_count: z.int().min(1).max(100_000).default(100),
      /** At most this many partitions, those of least distance. */
      partitions_max_count: z.int().min(1).max(100_000).default(60),
      /** A partition is dropped whose mean error is above this times the single-point error (or above 0.1 % of the command). */
      error_max_ratio: z.number().positive().default(2),
    })
    .optional(),
  constraintSet: z
    .strictObject({
      /** The published set is safe with at least this probability … */
      safe_frac: z.number().min(0.5).max(0.9999).default(0.95),
      /** … and that statement holds with this confidence. */
      confidence_frac: z.number().min(0.5).max(0.9999).default(0.95),
      samples_count: z.int().min(20).max(1_000_000).default(500),
      /** Standard deviation of each load, as a fraction of it. */
      load_deviation_frac: z.number().min(0).max(1).default(0.1),
    })
    .optional(),
  /** Puts published figures beside ours: for the case of the paper, which the template is. */
  compareWith: z.enum(['jia2025']).optional(),
  transport: transportSchema,
});

export type RegulateDocument = z.infer<typeof regulateSchema>;
