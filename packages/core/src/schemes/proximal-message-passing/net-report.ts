import type { Message, Snapshot } from '../../agents/role.ts';
import { idSeparator, say } from './messages.ts';
import type { Residuals } from './move-price.ts';
import type { NetSum } from './net-sum.ts';
import type { Roll } from './roll.ts';

/** What a net tells the convener after every so many rounds: sums of squares of the last of them, and who refuses or asks to be let in. */
export class NetReport {
  /** Rounds closed since the last verdict. */
  closed_count = 0;
  /** It has been sent, and no verdict has come. */
  isOut = false;
  /** What the next report is called. */
  round: number;
  private readonly checkEvery_count: number;
  private primal2: number[] = [];
  private dual2: number[] = [];

  constructor(checkEvery_count: number) {
    this.checkEvery_count = checkEvery_count;
    this.round = checkEvery_count;
  }

  /** A round has been closed. @returns whether it is time to report */
  note({ primal2_kW2, dual2_cur2_per_kWh2 }: Residuals): boolean {
    this.primal2.push(primal2_kW2);
    this.dual2.push(dual2_cur2_per_kWh2);
    if (this.primal2.length > this.checkEvery_count) {
      this.primal2.shift();
      this.dual2.shift();
    }
    this.closed_count++;
    if (this.closed_count < this.checkEvery_count || this.isOut) return false;
    this.isOut = true;
    return true;
  }

  isAbout(round: number): boolean {
    return this.isOut && round === this.round;
  }

  /** The verdict has come. @param goesOn - whether there will be another report */
  judged(goesOn: boolean): void {
    this.isOut = false;
    this.closed_count = 0;
    if (goesOn) this.round += this.checkEvery_count;
  }

  /** @param swing_cur_per_kWh - how far prices have moved over the watched rounds */
  message(sum: NetSum, price: Float64Array, swing_cur_per_kWh: number, { ids, refusing, asking }: Roll): Message {
    let price2 = 0;
    for (const value of price) price2 += value * value;
    return say('progress', this.round, {
      primal2_kW2: Float64Array.from(this.primal2),
      dual2_cur2_per_kWh2: Float64Array.from(this.dual2),
      power2_kW2: sum.power2_kW2,
      price2_cur2_per_kWh2: price2 * sum.terminals_count,
      values_count: price.length * sum.terminals_count,
      swing_cur_per_kWh,
      infeasible: ids.filter((_, k) => refusing[k] > 0).join(idSeparator),
      joining: ids.filter((_, k) => asking[k] > 0).join(idSeparator),
      joiningNets_count: asking.filter((nets_count) => nets_count > 0),
    });
  }

  remember(): Snapshot {
    return {
      reportRound: this.round,
      closed_count: this.closed_count,
      waitsForVerdict: Number(this.isOut),
      primal2_kW2: Float64Array.from(this.primal2),
      dual2_cur2_per_kWh2: Float64Array.from(this.dual2),
    };
  }

  resume(snapshot: Snapshot): void {
    this.round = snapshot['reportRound'] as number;
    this.closed_count = snapshot['closed_count'] as number;
    this.isOut = snapshot['waitsForVerdict'] === 1;
    this.primal2 = [...(snapshot['primal2_kW2'] as Float64Array)];
    this.dual2 = [...(snapshot['dual2_cur2_per_kWh2'] as Float64Array)];
  }
}
