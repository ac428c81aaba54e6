import { z } from 'zod';
import type { Casting, Terms } from '../../../schemes/contract.ts';
import { shareableSchema } from '../../agent-report.ts';
import { liveKeys } from '../../deployment.ts';
import { crowdSchema, helperKind, protectionSchema } from './veils.ts';

const numbers = z.array(z.number());
const id = z.string().min(1).max(200);
const none = z.strictObject({});

/** Horizon of the run, the same for everybody; the last step is counted, so that no calendar is needed. */
const timeSchema = z.strictObject({
  start: z.string(),
  zone: z.string(),
  step_min: z.number(),
  steps_count: z.int().min(1).max(100_000),
});

/** A device as its owner knows it. Profiles are lists, one value per step. */
const deviceSchema = z.strictObject({
  kind: z.string(),
  owner: z.string(),
  params: z.record(z.string(), z.unknown()),
  exclusive: z.enum(['relaxed', 'binary']).default('relaxed'),
  capability: z.enum(['polygon', 'cone']).default('polygon'),
});

/** The wires as their operator knows them. */
const wiresSchema = z.strictObject({
  /** A network file (`gridflock: network/1`) with the limits of the study. */
  network: z.record(z.string(), z.unknown()),
  slack: z.string(),
  v_slack_pu: z.number().positive(),
  /** Injections that nobody decides, by bus. */
  fixed: z.array(z.strictObject({ bus: z.string(), p_kW: numbers, q_kvar: numbers })),
  /** Fuse of every connection. */
  connections: z.array(z.strictObject({ bus: z.string(), s_max_kVA: z.number().positive() })).min(1),
  formulation: z.string(),
  margin_pu: z.number().min(0),
  losses: z.enum(['priced', 'ignored']),
  /** What a lost kWh is thought to cost before there are prices. */
  buy_cur_per_kWh: numbers,
});

export type WiresEntry = z.infer<typeof wiresSchema>;
export type DeviceEntry = z.infer<typeof deviceSchema>;

/** What every file of a deployed negotiation holds, whatever its agents are. */
const commonKeys = {
  gridflock: z.literal('agents/1'),
  ...liveKeys,
  study: z.literal('negotiate'),
  title: z.string().default('Negotiated schedule'),
  currency: z.string().default('cur'),
  time: timeSchema,
  /** How often the agents negotiate, each time on wires that are linearised around the last plan. */
  passes_count: z.int().min(1).max(6).default(1),
  scheme: z.string(),
  /** How words are hidden from the nets; left out: they are not. */
  protection: protectionSchema.optional(),
  /** Who is there for the veils alone. */
  helpers: z.array(id).default([]),
};

/** What an agent has to know of the veils that it is behind. */
const veilKeys = {
  crowds: z.array(crowdSchema).default([]),
  /** Whether its words are those of a household, and to be protected. */
  household: z.boolean().default(false),
};

/** The file of one process. Which terms its agents have is the scheme's business. */
export function agentsSchema<O>(casting: Casting<O>) {
  const agents = Object.entries(casting.termsSchemas).map(([as, terms]) =>
    z.strictObject({
      id,
      as: z.literal(as),
      terms: terms as z.ZodType<Terms>,
      device: deviceSchema.optional(),
      wires: wiresSchema.optional(),
      /** What its owner lets be known in its report. */
      shares: z.array(shareableSchema).default([]),
      ...veilKeys,
    }),
  );
  const helper = z.strictObject({ id, as: z.literal(helperKind), terms: none, shares: z.array(shareableSchema).default([]), ...veilKeys });
  return z.strictObject({
    ...commonKeys,
    terms: casting.commonSchema as z.ZodType<Terms>,
    agents: z.array(z.union([...agents, helper])).min(1),
  });
}
