import { z } from 'zod';

/** Keys that study files of every kind share. Profiles are numbers, lists, names of profiles, or `{ profile, scale }`. */
export const profileSchema = z.union([
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

export const timeSchema = z
  .strictObject({
    start: z.string(),
    zone: z.string().default('UTC'),
    step_min: z.number().default(60),
    days_count: z.int().min(1).max(3660).optional(),
    steps_count: z.int().min(1).max(100_000).optional(),
  })
  .default({ start: '2025-01-15T00:00', zone: 'UTC', step_min: 60 });

export const profilesSchema = z
  .strictObject({
    /** CSV files with a time column; every other column becomes a profile. */
    files: z.array(z.string()).default([]),
    define: z.record(z.string(), definedProfile).default({}),
  })
  .default({ files: [], define: {} });

/** Loads of the network file times this. */
export const loadsSchema = z.strictObject({ scale_frac: profileSchema.default(1) }).default({ scale_frac: 1 });

/** Where and when a study plays, and for whom it was written. */
export const siteKeys = {
  seed: z.int().default(1),
  currency: z.string().default('cur'),
  /** A built-in network or a file beside the study. */
  network: z.string(),
  time: timeSchema,
  profiles: profilesSchema,
  loads: loadsSchema,
  notes: z.array(z.string()).default([]),
};

/** Limits that take the place of the network file's. */
export const limitKeys = {
  v_min_pu: z.number().min(0.5).max(1.5).optional(),
  v_max_pu: z.number().min(0.5).max(1.5).optional(),
  v_slack_pu: z.number().min(0.5).max(1.5).optional(),
  /** Rating of every branch that has none of its own. */
  s_branch_max_kVA: z.number().positive().optional(),
};

export const devicesSchema = z
  .array(z.looseObject({ id: z.string().min(1), kind: z.string(), bus: z.union([z.string(), z.number()]), owner: z.string() }))
  .min(1);

/** `loop`: one process, perfect delivery. `simulated`: a network with delay, loss and duplication, and what a fault script says, in virtual time. */
export const transportSchema = z
  .union([
    z.strictObject({ kind: z.literal('loop') }),
    z.strictObject({
      kind: z.literal('simulated'),
      delay_min_s: z.number().min(0).max(3600).default(0.01),
      delay_mean_s: z.number().min(0).max(3600).default(0.05),
      loss_frac: z.number().min(0).max(0.9).default(0),
      duplicate_frac: z.number().min(0).max(1).default(0),
      /** A fault script, or the file that holds one; it comes on top. */
      faults: z.union([z.string(), z.array(z.unknown())]).optional(),
    }),
  ])
  .default({ kind: 'loop' });
