import { z } from 'zod';

/** The study file of kind negotiate. Profiles are numbers, lists, names of profiles, or `{ profile, scale }`. */
const profile = z.union([
  z.number(),
  z.string(),
  z.array(z.number()),
  z.strictObject({ profile: z.string(), scale: z.number().optional() }),
]);

const definedProfile = z.union([
  z.array(z.number()),
  z.strictObject({
    shape: z.string(),
    scale: z.number().default(1),
    /** Standard deviation of a seeded multiplicative noise per step. */
    deviation_frac: z.number().min(0).max(1).default(0),
  }),
]);

export const negotiateSchema = z.strictObject({
  study: z.literal('negotiate'),
  title: z.string().default('Negotiated schedule'),
  seed: z.int().default(1),
  currency: z.string().default('cur'),
  /** A built-in network or a file beside the study. */
  network: z.string(),
  time: z
    .strictObject({
      start: z.string(),
      zone: z.string().default('UTC'),
      step_min: z.number().default(60),
      days_count: z.int().min(1).max(3660).optional(),
      steps_count: z.int().min(1).max(100_000).optional(),
    })
    .default({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60 }),
  profiles: z
    .strictObject({
      /** CSV files with a time column; every other column becomes a profile. */
      files: z.array(z.string()).default([]),
      define: z.record(z.string(), definedProfile).default({}),
    })
    .default({ files: [], define: {} }),
  /** Loads of the network file times this. */
  loads: z.strictObject({ scale_frac: profile.default(1) }).default({ scale_frac: 1 }),
  limits: z
    .strictObject({
      v_min_pu: z.number().min(0.5).max(1.5).optional(),
      v_max_pu: z.number().min(0.5).max(1.5).optional(),
      v_slack_pu: z.number().min(0.5).max(1.5).optional(),
      /** Plans keep this far away from voltage limits, for what linear wires and a finite tolerance leave open. */
      margin_pu: z.number().min(0).max(0.05).default(2e-4),
      /** Rating of every branch that has none of its own. */
      s_branch_max_kVA: z.number().positive().optional(),
    })
    .default({ margin_pu: 2e-4 }),
  /** The grid above: a device kind at the slack bus, with its parameters. */
  upstream: z.looseObject({
    kind: z.string().default('grid-connection'),
    owner: z.string().default('upstream retailer'),
    bus: z.union([z.string(), z.number()]).optional(),
  }),
  /** What an owner pays and is paid who does not take part. */
  tariff: z.strictObject({ buy_cur_per_kWh: profile, sell_cur_per_kWh: profile }),
  devices: z
    .array(z.looseObject({ id: z.string().min(1), kind: z.string(), bus: z.union([z.string(), z.number()]), owner: z.string() }))
    .min(1),
  formulation: z.string().default('lindistflow'),
  /** Whether losses in the wires cost what a kWh from upstream costs; `ignored` keeps the programme linear. */
  losses: z.enum(['priced', 'ignored']).default('priced'),
  /** How `exclusive` intentions are written for the plans made alone and for the central one; agents always relax. */
  exclusive: z.enum(['relaxed', 'binary']).default('relaxed'),
  /** How an inverter's circle is written: a polygon of 16 sides inside it, or exactly, for a solver that takes cones. */
  capability: z.enum(['polygon', 'cone']).default('polygon'),
  /** Solver of the plans made alone and of the central one; `binary` needs highs, or outer-approximation where there are cones or squares. */
  solver: z.string().default('interior-point'),
  /** Linearise around the last plan and negotiate again, this many times; wires that do not linearise are asked once. */
  refinements_count: z.int().min(0).max(5).default(1),
  scheme: z
    .strictObject({
      kind: z.string().default('proximal-message-passing'),
      tolerance_frac: z.number().positive().optional(),
      rho: z.number().positive().optional(),
      rounds_max_count: z.int().positive().optional(),
    })
    .default({ kind: 'proximal-message-passing' }),
  transport: z
    .union([
      z.strictObject({ kind: z.literal('loop') }),
      z.strictObject({
        kind: z.literal('simulated'),
        delay_min_s: z.number().min(0).max(3600).default(0.01),
        delay_mean_s: z.number().min(0).max(3600).default(0.05),
        loss_frac: z.number().min(0).max(0.9).default(0),
        duplicate_frac: z.number().min(0).max(1).default(0),
      }),
    ])
    .default({ kind: 'loop' }),
  notes: z.array(z.string()).default([]),
});

export type NegotiateDocument = z.infer<typeof negotiateSchema>;
