import { z } from 'zod';

/** Tiers of models over one description, the cheapest first; see simulation/README.md. */
export const tierNames = ['quasi-static', 'dynamic-phasor', 'averaged'] as const;

const loops = z.strictObject({
  r_filter_ohm: z.number().default(0.1),
  l_filter_H: z.number(),
  c_filter_F: z.number(),
  kp_A_per_V: z.number(),
  ki_A_per_Vs: z.number(),
  kp_V_per_A: z.number(),
  ki_V_per_As: z.number(),
  feedforward_frac: z.number().default(0.75),
});

const inverter = z.strictObject({
  id: z.string().min(1),
  bus: z.string().min(1),
  droop_rad_per_s_per_kW: z.number(),
  droop_V_per_kvar: z.number(),
  /** Line-to-line voltage that it forms at Q = 0; that of the microgrid when left out. */
  v_set_V: z.number().optional(),
  /** Corner of the filter of measured powers. */
  filter_rad_per_s: z.number().default(31.4),
  coupling_r_ohm: z.number().default(0.03),
  coupling_l_H: z.number().default(0.35e-3),
  /** Rating that reactive shares are taken of, for laws that ask. */
  q_rated_kvar: z.number().positive().optional(),
  /** Inner loops and filter; the averaged tier needs them. */
  loops: loops.optional(),
});

/** At other voltages than nominal: the same impedance, the same power, or the same current. The last two are for the quasi-static tier. */
const loadKind = z.enum(['impedance', 'power', 'current']).default('impedance');

const load = z.union([
  z.strictObject({ id: z.string().min(1), bus: z.string().min(1), kind: loadKind, r_ohm: z.number(), x_ohm: z.number() }),
  /** Power that it takes at nominal voltage. */
  z.strictObject({ id: z.string().min(1), bus: z.string().min(1), kind: loadKind, p_kW: z.number().positive(), q_kvar: z.number().min(0) }),
]);

/** An islanded microgrid: a published one by its name, or inverters, lines and loads of one's own. */
export const microgridSchema = z.strictObject({
  tier: z.enum(tierNames).default('quasi-static'),
  /** `inverter-chain` (Bidram, Lewis, Davoudi 2014) or `dapi-chain` (Simpson-Porco et al. 2015); left out: what stands under `inverters`. */
  scenario: z.enum(['inverter-chain', 'dapi-chain']).optional(),
  /** Of the inverter chain; 4 is the original. */
  inverters_count: z.int().min(2).max(5000).optional(),
  frequency_Hz: z.number().positive().default(50),
  /** Nominal, line to line. */
  v_nominal_V: z.number().positive().default(380),
  inverters: z.array(inverter).optional(),
  /** Resistance and reactance at nominal frequency. */
  lines: z
    .array(z.strictObject({ id: z.string().min(1), from: z.string(), to: z.string(), r_ohm: z.number(), x_ohm: z.number() }))
    .optional(),
  loads: z.array(load).optional(),
  /** Inverters also tell how fast their filtered powers move, for laws that foresee. */
  tellsRates: z.boolean().default(false),
  /** A frequency this near to nominal counts as restored. */
  frequencyBand_Hz: z.number().positive().default(0.01),
});

export type MicrogridDocument = z.output<typeof microgridSchema>;
