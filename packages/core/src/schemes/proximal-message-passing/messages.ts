import type { Message } from '../../agents/role.ts';

/**
 * Everything that participants, nets and the convener ever say to each other. Nothing else crosses the wire:
 * no parameter, cost, state or limit of a device has a field here. Arrays are [channel][step]: kW, then kvar.
 */
export type Body<K extends keyof Bodies> = Bodies[K];

interface Bodies {
  /** Net → participant: what power is worth here, what is left over on average, how strongly to hold on to the last plan. */
  price: { readonly price_cur_per_kWh: Float64Array; readonly imbalance_kW: Float64Array; readonly rho_cur_per_kW2: Float64Array };
  /** Participant → net: the power it would exchange at that price. */
  schedule: { readonly power_kW: Float64Array; readonly feasible: number };
  /** Net → convener: sums of squares of the rounds since the last report; no profile. */
  progress: {
    readonly primal2_kW2: Float64Array;
    readonly dual2_cur2_per_kWh2: Float64Array;
    readonly power2_kW2: number;
    readonly price2_cur2_per_kWh2: number;
    readonly values_count: number;
    /** Largest distance between two prices of the watched rounds. */
    readonly swing_cur_per_kWh: number;
    readonly infeasible: string;
  };
  /** Convener → net. */
  verdict: { readonly decision: 'continue' | 'stop'; readonly rho_cur_per_kW2: number };
  /** Net → participant: the negotiation is over; these prices settle it. */
  settle: { readonly price_cur_per_kWh: Float64Array };
  /** Participant → net: understood. */
  settled: Record<string, never>;
}

/** Between ids in one text; ids may have blanks in them. */
export const idSeparator = '\u0000';

export const say = <K extends keyof Bodies>(kind: K, round: number, body: Bodies[K]): Message => ({
  kind,
  round,
  body: body as Message['body'],
});

export const heard = <K extends keyof Bodies>(message: Message): Bodies[K] => message.body as unknown as Bodies[K];
