import { z } from 'zod';
import { liveKeys } from '../../deployment.ts';

const id = z.string().min(1).max(200);

/** Who measures and carries out commands; the study is its own. */
const plantEntry = z.strictObject({ id, as: z.literal('plant'), study: z.record(z.string(), z.unknown()) });

/** A law at one device of the plant: what it must know, and no more. */
const controllerEntry = z.strictObject({
  id,
  as: z.literal('controller'),
  plant: id,
  /** Of the catalogue (`gridflock list controllers`). */
  controller: z.string(),
  parameters: z.record(z.string(), z.number()),
  neighbours: z.array(z.strictObject({ id, weight_frac: z.number().min(0) })),
  period_s: z.number().positive(),
  /** Measurements older than this are acted on no more. */
  stale_s: z.number().positive(),
  forgetAfter_s: z.number().positive().optional(),
});

/** A process of a twin: the plant, or some of the agents that command it. */
export const twinSchema = z.strictObject({
  gridflock: z.literal('agents/1'),
  study: z.literal('simulate'),
  title: z.string().default(''),
  ...liveKeys,
  clock: z.enum(['wall', 'lockstep']),
  realTime_frac: z.number().positive(),
  seed: z.int(),
  /** Everybody of the run, in the order that counts for chance and for what happens at the same moment. */
  everybody: z.array(id).min(1),
  /** A fault script: what links suffer. */
  links: z.array(z.unknown()).default([]),
  agents: z.array(z.discriminatedUnion('as', [plantEntry, controllerEntry])).min(1),
});

export type TwinFile = z.output<typeof twinSchema>;
export type ControllerEntry = z.output<typeof controllerEntry>;
