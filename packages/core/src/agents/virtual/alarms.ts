import { type FaultScript, fits } from '../faults/script.ts';
import type { AgentId } from '../role.ts';

/** Places in a row: first when it is due. */
const wish = 1;
const armed = 2;
const event = 3;
const width = 4;

/**
 * Alarm clocks of all agents. An agent that hears something usually asks to be woken later than it had asked before; so what is in the queue stays
 * there, and looks again when it rings too early.
 */
export class Alarms {
  /** By agent: when it wants to be woken, by the network's time, and the number of that wish; when an event for it is in the queue, and its number. */
  private readonly table: Float64Array;
  /** Factor and offset of each agent's clock; absent where all are right. */
  private readonly pace: Float64Array | undefined;
  private readonly skew_s: Float64Array | undefined;

  constructor(agents: readonly AgentId[], script: FaultScript) {
    const n = agents.length;
    this.table = new Float64Array(width * n);
    for (let k = 0; k < n; k++) this.table[width * k] = this.table[width * k + armed] = Number.POSITIVE_INFINITY;
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
    const { table } = this;
    const at = width * k;
    table[at] = due_s;
    table[at + wish] = order;
    return due_s < table[at + armed];
  }

  /** When it wants to be woken; Infinity: it does not. */
  due_s(k: number): number {
    return this.table[width * k];
  }

  /** The number of that wish. */
  order(k: number): number {
    return this.table[width * k + wish];
  }

  /** Notes that an event for what is due is put into the queue; returns its number. */
  arm(k: number): number {
    const at = width * k;
    this.table[at + armed] = this.table[at];
    return ++this.table[at + event];
  }

  /** An event has come: does it ring? If not, `isUnarmed` says whether there is still something to wait for. */
  rings(k: number, number: number, order: number): boolean {
    const { table } = this;
    const at = width * k;
    if (number !== table[at + event]) return false;
    table[at + armed] = Number.POSITIVE_INFINITY;
    if (table[at + wish] !== order || table[at] === Number.POSITIVE_INFINITY) return false;
    table[at] = Number.POSITIVE_INFINITY;
    return true;
  }

  /** Something is due and no event for it is in the queue. */
  isUnarmed(k: number): boolean {
    return this.table[width * k] < this.table[width * k + armed];
  }

  clear(k: number): void {
    const at = width * k;
    this.table[at] = this.table[at + armed] = Number.POSITIVE_INFINITY;
    this.table[at + event]++;
  }

  /** What the agent's own clock shows. */
  shown_s(k: number, now_s: number): number {
    return this.pace === undefined ? now_s : now_s * this.pace[k] + this.skew_s![k];
  }
}
