import type { AgentId, Snapshot } from '../../agents/role.ts';
import { anew } from './messages.ts';

const kept = ['present', 'answered', 'heardIn', 'heardAt', 'inPrice', 'firstPrice', 'refusing', 'acknowledged', 'barred', 'taken'] as const;

/** Who takes part at a net and how it stands with each, terminal by terminal. */
export class Roll {
  readonly ids: readonly AgentId[];
  /** Does it take part? */
  readonly present: Float64Array;
  /** The price that it answered last, by its round; 0: none since it came. */
  readonly answered: Float64Array;
  /** The round in which it was last heard, and the age of the negotiation then. Whoever waits for everyone answers the round it is heard in. */
  readonly heardIn: Float64Array;
  readonly heardAt: Float64Array;
  /** The last answer that is in the price, −1 where whatever was said before is done with; and the first price that it is in. */
  readonly inPrice: Float64Array;
  readonly firstPrice: Float64Array;
  /** How many of its terminals have no plan. */
  readonly refusing: Float64Array;
  /** Has it understood that all is over? */
  readonly acknowledged: Float64Array;
  /** Left behind over messages that could not be used: it is let in no more. */
  readonly barred: Float64Array;
  /** Its word was taken although the net waits for others; once, until the wait is over. */
  readonly taken: Float64Array;
  /** At how many nets it asks to be let in; 0: it does not ask. */
  readonly asking: Float64Array;
  /** Rounds that have been closed without such an exception. */
  age = 0;
  /** Messages since its last valid word that could not be used. */
  readonly faulty_count: Float64Array;
  private readonly places: ReadonlyMap<AgentId, number>;

  constructor(ids: readonly AgentId[], present: readonly boolean[]) {
    const none = (): Float64Array => new Float64Array(ids.length);
    this.ids = ids;
    this.places = new Map(ids.map((id, k) => [id, k]));
    this.present = Float64Array.from(present, Number);
    this.answered = none();
    this.heardIn = none();
    this.heardAt = none();
    this.inPrice = none();
    this.firstPrice = none();
    this.refusing = none();
    this.acknowledged = none();
    this.barred = none();
    this.taken = none();
    this.asking = none();
    this.faulty_count = none();
  }

  placeOf(id: AgentId): number | undefined {
    return this.places.get(id);
  }

  /** Calls for everyone who takes part and is not marked. */
  each(marked: Float64Array | undefined, call: (k: number) => void): void {
    for (let k = 0; k < this.ids.length; k++) if (this.present[k] === 1 && (marked?.[k] ?? 0) === 0) call(k);
  }

  /** Whatever anybody said before is done with. */
  beginAnew(): void {
    this.answered.fill(anew);
  }

  hear(k: number, answered: number, round: number): void {
    this.answered[k] = answered;
    this.heardIn[k] = round;
    this.heardAt[k] = this.age;
    this.faulty_count[k] = 0;
  }

  /** Lets in who asks, from this round on. @returns who came */
  letIn(ids: readonly AgentId[], round: number): number[] {
    const newcomers = ids.map((id) => this.places.get(id)).filter((k) => k !== undefined && this.asking[k] > 0) as number[];
    for (const k of newcomers) {
      this.asking[k] = 0;
      this.enter(k);
      this.firstPrice[k] = round;
    }
    return newcomers;
  }

  leave(k: number): void {
    this.present[k] = 0;
    this.forget(k);
  }

  /** A price of this round is told: whatever was answered is in it. @returns the oldest price that somebody may still answer */
  tell(round: number): number {
    let oldest = round;
    this.each(undefined, (k) => {
      if (this.inPrice[k] !== this.answered[k] || this.firstPrice[k] === 0) this.firstPrice[k] = round;
      this.inPrice[k] = this.answered[k];
      if (this.answered[k] === anew) this.answered[k] = 0;
      oldest = Math.min(oldest, this.firstPrice[k]);
    });
    return oldest;
  }

  allAreIn(round: number): boolean {
    return this.present.every((flag, k) => flag === 0 || this.heardIn[k] === round);
  }

  /** Nobody was last heard more than so many rounds ago: the round may be closed, and everybody is so much older. */
  mayGoOn(staleness_max_count: number): boolean {
    if (this.present.some((flag, k) => flag === 1 && this.age - this.heardAt[k] > staleness_max_count)) return false;
    this.age++;
    this.taken.fill(0);
    return true;
  }

  /**
   * While the net waits for somebody, it takes what others say, each once; nobody grows older by that.
   *
   * Without this two might wait for each other for ever: one at a net for a price that the other holds up, and the other way round. With
   * it, let every net wait, and let T(n) be when n last went on. Who is late at n was heard there before T(n), and waits for a price of
   * some net m that has taken an earlier word of it since T(m), so T(m) < T(n); and so on without end, over finitely many nets.
   */
  takeOnce(round: number): boolean {
    let some = false;
    this.each(this.taken, (k) => {
      if (this.heardIn[k] !== round) return;
      this.taken[k] = 1;
      some = true;
    });
    return some;
  }

  /** Has everyone who takes part said something since it came? */
  get allHaveSpoken(): boolean {
    return this.present.every((flag, k) => flag === 0 || this.answered[k] > 0);
  }

  remember(): Snapshot {
    return { age: this.age, ...Object.fromEntries(kept.map((name) => [name, this[name].slice()])) };
  }

  resume(snapshot: Snapshot): void {
    this.age = snapshot['age'] as number;
    for (const name of kept) this[name].set(snapshot[name] as Float64Array);
  }

  private enter(k: number): void {
    this.present[k] = 1;
    this.forget(k);
    this.heardAt[k] = this.age;
  }

  private forget(k: number): void {
    this.answered[k] = this.heardIn[k] = this.inPrice[k] = this.firstPrice[k] = this.refusing[k] = this.taken[k] = 0;
    this.faulty_count[k] = 0;
  }
}
