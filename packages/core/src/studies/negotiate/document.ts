import { z } from 'zod';
import { devicesSchema, limitKeys, profileSchema, siteKeys, transportSchema } from '../schema.ts';
import { privacySchema } from './privacy-document.ts';

/** The study file of kind negotiate. */
export const negotiateSchema = z.strictObject({
  study: z.literal('negotiate'),
  title: z.string().default('Negotiated schedule'),
  ...siteKeys,
  limits: z
    .strictObject({
      ...limitKeys,
      /** Plans keep this far away from voltage limits, for what linear wires and a finite tolerance leave open. */
      margin_pu: z.number().min(0).max(0.05).default(2e-4),
    })
    .default({ margin_pu: 2e-4 }),
  /** The grid above: a device kind at the slack bus, with its parameters. */
  upstream: z.looseObject({
    kind: z.string().default('grid-connection'),
    owner: z.string().default('upstream retailer'),
    bus: z.union([z.string(), z.number()]).optional(),
  }),
  /** What an owner pays and is paid who does not take part. */
  tariff: z.strictObject({ buy_cur_per_kWh: profileSchema, sell_cur_per_kWh: profileSchema }),
  devices: devicesSchema,
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
      /** Rounds that a net goes on with the last word of who is late, and how long it waits first. */
      staleness_max_count: z.int().min(0).max(30).optional(),
      straggler_s: z.number().positive().optional(),
    })
    .default({ kind: 'proximal-message-passing' }),
  /** How what agents say is hidden from the nets that add it up; nothing is when left out. */
  privacy: privacySchema,
  transport: transportSchema,
});

export type NegotiateDocument = z.infer<typeof negotiateSchema>;
