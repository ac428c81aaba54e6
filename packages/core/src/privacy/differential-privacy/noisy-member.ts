import type { SummedWord } from '../../agents/crowd.ts';
import type { AgentId, Message, Outbox, Snapshot } from '../../agents/role.ts';
import { asPart, partOf } from '../../agents/snapshot-parts.ts';
import { modulus } from '../../base/fixed-point.ts';
import { unitOfName } from '../../base/units.ts';
import type { MemberVeil } from '../veil.ts';
import { discreteGaussian } from './discrete-gaussian.ts';
import type { Ledger } from './ledger.ts';
import type { RandomBits } from './random-bits.ts';

export interface NoisyMemberSetup {
  /** The veil behind which the noisy word is sent: without it the net would see one member's word with a share of the noise only. */
  readonly veil: MemberVeil;
  readonly word: SummedWord;
  /** Largest 2-norm of a word, in quanta. */
  readonly clip: number;
  /** Variance of this member's share of the noise, in squares of quanta: a fraction. */
  readonly variance: readonly [numerator: bigint, denominator: bigint];
  /** What one word costs. */
  readonly rho: number;
  readonly ledger: Ledger;
  readonly bits: RandomBits;
}

/**
 * Clips a member's word and adds its share of the noise before it goes behind a veil. Powers are all that is said: squares would tell of
 * the member what the noise hides, so they are zero, and who has no plan stays silent about it. The number of terminals is public.
 */
export class NoisyMember implements MemberVeil {
  private readonly setup: NoisyMemberSetup;
  private round = 0;
  /** Its word of that round, with the noise. */
  private word = new Float64Array(0);

  constructor(setup: NoisyMemberSetup) {
    this.setup = setup;
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.setup.veil.dropped;
  }

  get version(): number {
    return this.setup.veil.version + this.round;
  }

  start(out: Outbox): void {
    this.setup.veil.start(out);
  }

  remember(): Snapshot {
    const { ledger, veil } = this.setup;
    return {
      round: this.round,
      word: this.word.slice(),
      spent: ledger.spent,
      sums_count: ledger.sums_count,
      ...asPart('behind', veil.remember()),
    };
  }

  resume(before: Snapshot, out: Outbox): void {
    this.round = before['round'] as number;
    this.word = (before['word'] as Float64Array).slice();
    this.setup.ledger.resume(before['spent'] as number, before['sums_count'] as number);
    this.setup.veil.resume(partOf('behind', before) ?? {}, out);
  }

  receive(from: AgentId, message: Message, out: Outbox): boolean {
    return this.setup.veil.receive(from, message, out);
  }

  remind(out: Outbox): void {
    this.setup.veil.remind(out);
  }

  send(round: number, numbers: Float64Array, out: Outbox): void {
    // A word that is repeated is the one that was said: new noise would be averaged out.
    if (round > this.round) {
      this.setup.ledger.spend(this.setup.rho);
      this.round = round;
      this.word = numbers.slice();
      this.disguise(this.word);
    }
    if (round === this.round) this.setup.veil.send(round, this.word.slice(), out);
  }

  private disguise(numbers: Float64Array): void {
    const { word, clip, variance, bits } = this.setup;
    const powers: number[] = [];
    let at = 0;
    for (const [name, length] of Object.entries(word.fields)) {
      const end = at + Math.max(1, length);
      if (unitOfName(name) === 'kW') for (let i = at; i < end; i++) powers.push(i);
      else if (name !== 'terminals_count') numbers.fill(0, at, end);
      at = end;
    }
    const signed = (value: number): number => (value < modulus / 2 ? value : value - modulus);
    let norm2 = 0;
    for (const i of powers) norm2 += signed(numbers[i]) ** 2;
    // Cut towards zero, so that no rounding makes the word longer than the clip.
    const scale = norm2 > clip * clip ? (clip / Math.sqrt(norm2)) * (1 - 1e-12) : 1;
    for (const i of powers) {
      const clipped = scale < 1 ? Math.trunc(signed(numbers[i]) * scale) : signed(numbers[i]);
      const noisy = BigInt(clipped) + discreteGaussian(variance[0], variance[1], bits);
      numbers[i] = Number(BigInt.asUintN(52, noisy));
    }
  }
}
