import { z } from 'zod';
import type { PlantKind } from '../../plants/contract.ts';

/** Who hears whom in a group of agents: a pattern, or pairs that hear each other. */
const graphSchema = z.union([
  z.enum(['ring', 'line', 'complete', 'none']),
  z.array(z.tuple([z.string(), z.string()])).min(1),
  z.array(z.strictObject({ from: z.string(), to: z.string(), weight_frac: z.number().positive().default(1) })).min(1),
]);

const delay_s = z.number().min(0).max(60).default(0);

const communicationSchema = z
  .strictObject({
    graph: graphSchema.default('ring'),
    /** Between a device and its agent: everything an agent knows is so old, its own data too. */
    measureDelay_s: delay_s,
    /** Between agents: a constant part … */
    linkDelay_s: delay_s,
    /** … and a random one, exponential with this mean; only sampled agents can have it. */
    linkDelay_random_s: delay_s,
    /** Messages lost, at random; only sampled agents can lose any. */
    loss_frac: z.number().min(0).max(0.99).default(0),
    /** A neighbour that was not heard for so long counts no more; never when left out. */
    forgetAfter_s: z.number().positive().optional(),
  })
  .default({ graph: 'ring', measureDelay_s: 0, linkDelay_s: 0, linkDelay_random_s: 0, loss_frac: 0 });

const numbers = z.record(z.string(), z.number());

/** An agent of another kind that the others follow: it says what they say, and some of them hear it. */
const leaderSchema = z.strictObject({
  device: z.string(),
  kind: z.string(),
  parameters: numbers.default({}),
  heardBy: z.array(z.string()).min(1),
});

/** Agents with one kind of law that talk to each other. */
const groupSchema = z.strictObject({
  /** Begins the names of its parameters in events and sweeps; the kind when left out. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'a name in kebab-case')
    .optional(),
  kind: z.string(),
  /** Where agents sit; all devices of the plant when left out. */
  devices: z.array(z.string()).min(1).optional(),
  /** Of all agents (`gridflock list controllers KIND`); what is left out comes from the device, or is the default. */
  parameters: numbers.default({}),
  /** Of single agents: `{ dg1: { pin_frac: 1 } }`. */
  each: z.record(z.string(), numbers).default({}),
  leader: leaderSchema.optional(),
  /** Time between two acts of an agent; 0: in continuous time, as if it acted without pause. */
  period_s: z.number().min(0).max(3600).default(0.01),
  communication: communicationSchema,
});

const at_s = z.number().min(0);
const pair = z.tuple([z.string(), z.string()]);
const within = { group: z.string().optional() };

/** What happens at a time. A link failure meets both directions; without `group` it meets all groups. */
const eventSchema = z.union([
  z.strictObject({ at_s, set: z.string(), to: z.number() }),
  z.strictObject({ at_s, start: z.string() }),
  z.strictObject({ at_s, open: z.string() }),
  z.strictObject({ at_s, close: z.string() }),
  z.strictObject({ at_s, cut: pair, ...within }),
  z.strictObject({ at_s, join: pair, ...within }),
  z.strictObject({ at_s, isolate: z.string(), ...within }),
  z.strictObject({ at_s, rejoin: z.string(), ...within }),
]);

const integratorSchema = z
  .strictObject({
    /** auto: rk4 with a step that its fastest mode allows. */
    method: z.enum(['auto', 'rk4', 'dormand-prince', 'rodas4']).default('auto'),
    step_s: z.number().positive().optional(),
    relative_frac: z.number().positive().max(0.1).optional(),
    absolute_frac: z.number().positive().optional(),
  })
  .default({ method: 'auto' });

const analysisSchema = z
  .strictObject({
    /** Modes over a parameter: of the plant, of a group (`secondary.gain_w_per_s`), or the speed of a group (`secondary.speed_frac`). */
    sweep: z
      .strictObject({
        parameter: z.string(),
        from: z.number(),
        to: z.number(),
        points_count: z.int().min(2).max(2000).default(61),
        spacing: z.enum(['linear', 'logarithmic']).default('logarithmic'),
      })
      .optional(),
    /** Delay margins and gain advice; for large plants they take longer than the run. */
    delays: z.boolean().default(true),
    /** Delay against speed: where it is stable, and how fast it settles. */
    delayMap: z.boolean().default(true),
    /** Advise the fastest gain that bears this delay of measurements … */
    delay_s: z.number().positive().max(60).default(0.05),
    /** … with this much to spare: 0.6 uses 60 % of the delay margin. */
    used_frac: z.number().positive().max(1).default(0.6),
  })
  .default({ delays: true, delayMap: true, delay_s: 0.05, used_frac: 0.6 });

const recordSchema = z
  .strictObject({
    every_s: z.number().positive().optional(),
    /** Outputs beside the quantities of the plant. */
    outputs: z.array(z.string()).default([]),
  })
  .default({ outputs: [] });

/** The study file for one kind of plant, whose own keys stand under `plant`. */
export const simulateSchemaFor = (kind: PlantKind) =>
  z.strictObject({
    study: z.literal('simulate'),
    title: z.string().default(kind.title),
    seed: z.int().default(1),
    notes: z.array(z.string()).default([]),
    plant: kind.schema.extend({ kind: z.literal(kind.name) }),
    control: z.array(groupSchema).default([]),
    /** `balanced`: at rest, without control; `plant`: where the plant starts by itself. */
    start: z.enum(['balanced', 'plant']).default('balanced'),
    /** States at the start that differ from that. */
    states: numbers.default({}),
    events: z.array(eventSchema).default([]),
    stop_s: z.number().positive().max(1e7),
    integrator: integratorSchema,
    record: recordSchema,
    analysis: analysisSchema,
  });

/** Just enough of a study file to see which kind of plant it has. */
export const plantKindSchema = z.looseObject({ study: z.literal('simulate'), plant: z.looseObject({ kind: z.string() }) });

export type SimulateDocument = z.output<ReturnType<typeof simulateSchemaFor>>;
export type GroupDocument = z.output<typeof groupSchema>;
export type EventDocument = z.output<typeof eventSchema>;
