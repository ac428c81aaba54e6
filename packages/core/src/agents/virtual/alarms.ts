import { type FaultScript, fits } from '../faults/script.ts';
import type { AgentId } from '../role.ts';

/**
 * Alarm clocks of all agents. An agent that hears something usually asks to be woken later than it had asked before; so what is in the queue stays
 * there, and looks again when it rings too early.
 */
export class Alarms {
  /** When each agent wants to be woken, by the network's time; Infinity: it does not. */
  readonly due_s: Float64Array;
  readonly dueOrder: Float64Array;
  /** When an event for it is in the queue, and the number of the one that counts. */
  readonly armed_s: Float64Array;
  readonly number: Int32Array;
  /** Factor and offset of each agent's clock; absent where all are right. */
  private readonly pace: Float64Array | undefined;
  private readonly skew_s: Float64Array | undefined;

  constructor(agents: readonly AgentId[], script: FaultScript) {
    const n = agents.length;
    this.due_s = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    this.dueOrder = new Float64Array(n);
    this.armed_s = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
    this.number = new Int32Array(n);
    const clocks = script.faults.filter((fault) => fault.fault === 'clock');
    if (clocks.length === 0) return;
    this.pace = new Float64Array(n).fill(1);
    this.skew_s = new Float64Array(n);
    for (const { agents: names, skew_s = 0, drift_frac = 0 } of clocks) {
      agents.forEach((id, k) => {
        if (!fits(id, names)) return;
        this.pace![k] *= 1 + drift_frac;
        this.skew_s![k] += skew_s;
      });
    }
  }

  /** A later call replaces an earlier one. True where the queue needs an event for it. */
  set(k: number, now_s: number, delay_s: number, order: number): boolean {
    const wait_s = Math.max(0, delay_s);
    const due_s = now_s + (this.pace === undefined ? wait_s : wait_s / this.pace[k]);
    this.due_s[k] = due_s;
    this.dueOrder[k] = order;
    return due_s < this.armed_s[k];
  }

  /** Notes that an event for what is due is put into the queue; returns its number. */
  arm(k: number): number {
    this.armed_s[k] = this.due_s[k];
    return ++this.number[k];
  }

  /** An event has come: does it ring? If not, `isSet` says whether there is still something to wait for. */
  rings(k: number, number: number, order: number): boolean {
    if (number !== this.number[k]) return false;
    this.armed_s[k] = Number.POSITIVE_INFINITY;
    if (this.dueOrder[k] !== order || this.due_s[k] === Number.POSITIVE_INFINITY) return false;
    this.due_s[k] = Number.POSITIVE_INFINITY;
    return true;
  }

  /** Something is due and no event for it is in the queue. */
  isUnarmed(k: number): boolean {
    return this.due_s[k] < this.armed_s[k];
  }

  clear(k: number): void {
    this.due_s[k] = this.armed_s[k] = Number.POSITIVE_INFINITY;
    this.number[k]++;
  }

  /** What the agent's own clock shows. */
  shown_s(k: number, now_s: number): number {
    return this.pace === undefined ? now_s : now_s * this.pace[k] + this.skew_s![k];
  }
}
