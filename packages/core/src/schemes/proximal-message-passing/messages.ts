import type { Message } from '../../agents/role.ts';
import type { Shapes } from '../../agents/shapes.ts';
import { digits_count } from '../../base/fixed-point.ts';
import type { Outcome } from '../contract.ts';

/**
 * Everything that participants, nets and the convener ever say to each other. Nothing else crosses the wire:
 * no parameter, cost, state or limit of a device has a field here. Arrays are [channel][step]: kW, then kvar.
 * Squares travel as digits (base/fixed-point.ts), so that their sums are exact in any order.
 */
export type Body<K extends Kind> = Bodies[K];

export type Kind = keyof Bodies;

interface Bodies {
  /** Net → participant: what power is worth here, how much all have been moved on average, how strongly to hold on to the last plan. */
  price: {
    readonly price_cur_per_kWh: Float64Array;
    readonly mean_kW: Float64Array;
    readonly rho_cur_per_kW2: Float64Array;
    /** α of this round. */
    readonly relaxation: number;
    /** The last round of which this participant's schedule is in the price; 0: none; −1: whatever it said before is done with. */
    readonly heardRound: number;
  };
  /** Participant, or whoever adds up for several → net: the power they would exchange at that price. All fields are sums over them. */
  schedule: {
    readonly power_kW: Float64Array;
    /** Digits of Σ p². */
    readonly power2_kW2: Float64Array;
    /** Digits of Σ (p − z)², [channel][digit]. */
    readonly distance2_kW2: Float64Array;
    /** How many terminals this stands for: 1, unless somebody adds up. */
    readonly terminals_count: number;
    /** How many of them have no feasible plan. */
    readonly refusing_count: number;
  };
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
    /** Who asks to be let in here, and at how many nets each of them asks. */
    readonly joining: string;
    readonly joiningNets_count: Float64Array;
  };
  /** Convener → net. `wait`: go on, and wait for everyone from now on. `joining`: who is let in from the next round on. */
  verdict: { readonly decision: 'continue' | 'wait' | Verdict; readonly rho_cur_per_kW2: number; readonly joining: string };
  /** Net → participant: the negotiation is over, and how it ended; these prices settle it, and all have been moved by so much. */
  settle: { readonly price_cur_per_kWh: Float64Array; readonly mean_kW: Float64Array; readonly verdict: Verdict };
  /** Participant → net: understood. */
  settled: Nothing;
  /** Participant → net: let me in, here and at so many nets in all. The answer is a price, when the next report has been judged. */
  join: { readonly nets_count: number };
  /** Participant → net: go on without me. */
  leave: Nothing;
  /** Net → participant: we go on without you. */
  released: Nothing;
}

/** How a negotiation ends. */
export type Verdict = (typeof verdicts)[number];

const verdicts = ['agreed', 'refused', 'stalled', 'round-limit'] as const;

export const isVerdict = (text: string): text is Verdict => (verdicts as readonly string[]).includes(text);

/** Who has no plan of his own makes the whole infeasible. */
export const statusOf = (verdict: Verdict): Outcome['status'] => (verdict === 'refused' ? 'infeasible' : verdict);

type Nothing = Readonly<Record<string, never>>;

/** As `heardRound`: answer this price, whatever became of your last word. */
export const anew = -1;

/** Between ids in one text; ids may have blanks in them. */
export const idSeparator = '\u0000';

export const idsOf = (text: string): string[] => (text === '' ? [] : text.split(idSeparator));

export const say = <K extends Kind>(kind: K, round: number, body: Bodies[K]): Message => ({
  kind,
  round,
  body: body as unknown as Message['body'],
});

export const heard = <K extends Kind>(message: Message): Bodies[K] => message.body as unknown as Bodies[K];

/** What the body of each kind must look like in a negotiation of this size. */
export function shapesOf(channels_count: number, steps_count: number, checkEvery_count: number): { readonly [K in Kind]: Shapes[string] } {
  const profile = channels_count * steps_count;
  return {
    price: { price_cur_per_kWh: profile, mean_kW: profile, rho_cur_per_kW2: channels_count, relaxation: 'number', heardRound: 'number' },
    schedule: {
      power_kW: profile,
      power2_kW2: digits_count,
      distance2_kW2: channels_count * digits_count,
      terminals_count: 'number',
      refusing_count: 'number',
    },
    progress: {
      primal2_kW2: checkEvery_count,
      dual2_cur2_per_kWh2: checkEvery_count,
      power2_kW2: 'number',
      price2_cur2_per_kWh2: 'number',
      values_count: 'number',
      swing_cur_per_kWh: 'bound',
      infeasible: 'text',
      joining: 'text',
      joiningNets_count: 'doubles',
    },
    verdict: { decision: 'text', rho_cur_per_kW2: 'number', joining: 'text' },
    settle: { price_cur_per_kWh: profile, mean_kW: profile, verdict: 'text' },
    settled: {},
    join: { nets_count: 'number' },
    leave: {},
    released: {},
  };
}
