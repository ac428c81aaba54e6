import { z } from 'zod';
import { readDocument } from './document.ts';

const id = z.string().min(1).max(200);
const numbers = z.array(z.number());

/** What an agent lets be known besides how it ended, where its owner says so: `bound`, its term of the dual bound. */
export const shareableSchema = z.enum(['bound']);

const reportSchema = z.strictObject({
  agent: id,
  as: z.string().max(40),
  verdict: z.string().max(40).nullable(),
  passes_count: z.int().min(0),
  /** What it heard and would not use, by reason. */
  dropped: z.record(z.string(), z.int().min(0)),
  /** Of a net: its prices, one per step. */
  net: z.strictObject({ id, price_cur_per_kWh: numbers, price_q_cur_per_kvarh: numbers }).optional(),
  /** Of the convener: how far the last round was from agreement, and what would have been near enough. */
  rounds_count: z.int().min(0).optional(),
  primalResidual_kW: z.number().optional(),
  dualResidual_cur_per_kWh: z.number().optional(),
  tolerance: z.strictObject({ primal_kW: z.number(), dual_cur_per_kWh: z.number() }).optional(),
  /** Its least cost at the prices found, less what the nets pay for it: the term that it adds to the dual bound. Shared on request only. */
  bound_cur: z.number().optional(),
});

/**
 * What an agent says of a run to whoever puts the common result together: nothing that is its own. No schedule, no state, no cost of a
 * device is in it, and no key that is not listed here gets through at the other end.
 */
export type AgentReport = z.infer<typeof reportSchema>;

const letterSchema = z.strictObject({
  gridflock: z.literal('agent-result/1'),
  run: z.string(),
  /** When its process ended: the newer counts where an agent has written twice. */
  ended: z.iso.datetime(),
  status: z.enum(['ok', 'infeasible', 'not-converged']),
  reason: z.string().max(10_000).optional(),
  report: reportSchema,
});

/** An agent's word on how a run has ended. */
export type ResultLetter = z.infer<typeof letterSchema>;

/** @throws {InputError} STUDY_UNKNOWN_KEY, STUDY_MISSING_KEY, STUDY_VALUE_INVALID */
export const readResultLetter = (document: unknown): ResultLetter =>
  readDocument(letterSchema, document, { name: 'letter', see: 'Let a `gridflock agent` of the same version write it.' });

const collectorSchema = z.strictObject({
  gridflock: z.literal('collector/1'),
  run: z.string().min(1).max(100),
  /** Address of the broker. */
  transport: z.string(),
  title: z.string().default(''),
  /** The name under which letters are left for it. */
  collector: id,
  /** Who is to write. */
  agents: z.array(id).min(1),
});

/** Whose letters make the common result of a run. */
export type CollectorFile = z.infer<typeof collectorSchema>;

/** @throws {InputError} STUDY_UNKNOWN_KEY, STUDY_MISSING_KEY, STUDY_VALUE_INVALID */
export const readCollectorFile = (document: unknown): CollectorFile =>
  readDocument(collectorSchema, document, {
    name: 'collector file',
    see: 'Let `gridflock deploy STUDY.yaml --collect --transport URL --out DIR` write one.',
  });
