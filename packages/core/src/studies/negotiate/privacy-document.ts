import { z } from 'zod';

/** Fewer owners than these at a bus are not protected there: the key is refused. */
const crowd_min_count = z.int().min(1).max(100_000).default(2);
const lost = {
  /** Share of a crowd that may work with the net against the others. */
  corrupt_frac: z.number().min(0).max(0.9).default(0.05),
  /** Share of a crowd that may fall silent in one round. */
  dropout_frac: z.number().min(0).max(0.9).default(0.05),
};
const masked = {
  ...lost,
  /** Probabilities of exposure and of a sum that is lost: at most 2^-this. */
  security_bits: z.int().min(20).max(128).default(40),
  recovery_bits: z.int().min(10).max(64).default(20),
};

/** How what agents say is hidden from the nets that add it up. Left out: nothing is hidden. */
export const privacySchema = z
  .union([
    z.strictObject({ kind: z.literal('secure-aggregation'), crowd_min_count, ...masked }),
    z.strictObject({
      kind: z.literal('homomorphic-sums'),
      crowd_min_count,
      /** Length of the trustee's key; 2048 is worth 112 bits of security, 3072 128. */
      key_bits: z.union([z.literal(2048), z.literal(3072), z.literal(4096)]).default(2048),
    }),
    z.strictObject({
      kind: z.literal('differential-privacy'),
      crowd_min_count,
      ...masked,
      /** What each device gives away in all rounds together, at most. */
      epsilon: z.number().min(0.01).max(1000),
      delta: z.number().min(1e-12).max(1e-2).default(1e-6),
      /** Rounds that the budget is divided among; the negotiation ends with them. */
      rounds_count: z.int().min(5).max(10_000).default(30),
      /** Largest root of the sum of squares of a device's powers over the day; more is shortened in what it says, not in what it does. */
      clip_kW: z.number().positive().max(1e6),
    }),
  ])
  .optional();

export type PrivacyDocument = NonNullable<z.infer<typeof privacySchema>>;
