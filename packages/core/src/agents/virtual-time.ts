import { TransportError } from '../base/errors.ts';
import type { RandomStream } from '../base/random.ts';
import type { AgentId, Message, Outbox, Role } from './role.ts';
import { type RunOptions, rolesById, stuck } from './run.ts';

/** What the simulated network does to messages. All zero is a perfect network. */
export interface Faults {
  /** Every message takes at least this long. */
  readonly delay_min_s: number;
  /** Mean of an exponential delay on top; it reorders messages. */
  readonly delay_mean_s: number;
  /** Probability that a message never arrives. */
  readonly loss_frac: number;
  /** Probability that a message arrives twice, the second time with a delay of its own. */
  readonly duplicate_frac: number;
}

export const noFaults: Faults = Object.freeze({ delay_min_s: 0, delay_mean_s: 0, loss_frac: 0, duplicate_frac: 0 });

export interface VirtualTimeOptions extends RunOptions {
  readonly faults: Faults;
  /** Each ordered pair of agents draws from its own split of this stream, so that one pair's traffic does not change another's luck. */
  readonly stream: RandomStream;
  /** Gives up after this much virtual time. Default 1e6. */
  readonly timeLimit_s?: number;
}

interface Event {
  readonly at_s: number;
  readonly order: number;
  readonly to: AgentId;
  /** Absent: a wake-up. */
  readonly from?: AgentId;
  readonly message?: Message;
  readonly timer?: number;
}

/**
 * Runs roles over a simulated network in virtual time. Same roles, seed and faults: same events, bit for bit.
 * @returns the virtual time at which the last role was done
 * @throws {TransportError} AGENTS_STUCK, AGENTS_TOO_LATE
 */
export async function runInVirtualTime(roles: readonly Role[], options: VirtualTimeOptions): Promise<number> {
  const { faults, stream, timeLimit_s = 1e6 } = options;
  const byId = rolesById(roles);
  const heap: Event[] = [];
  const streams = new Map<string, RandomStream>();
  const timers = new Map<AgentId, number>();
  let order = 0;
  let now_s = 0;

  const luckOf = (from: AgentId, to: AgentId): RandomStream => {
    const key = `${from}→${to}`;
    let luck = streams.get(key);
    if (!luck) streams.set(key, (luck = stream.split(key)));
    return luck;
  };
  const delay_s = (luck: RandomStream): number =>
    faults.delay_min_s + (faults.delay_mean_s > 0 ? luck.exponential(faults.delay_mean_s) : 0);
  const outboxOf = (from: AgentId): Outbox => ({
    send(to, message) {
      const luck = luckOf(from, to);
      if (faults.loss_frac > 0 && luck.uniform() < faults.loss_frac) {
        options.observe?.({ from, to, message, fate: 'lost', at_s: now_s });
        return;
      }
      const twice = faults.duplicate_frac > 0 && luck.uniform() < faults.duplicate_frac;
      options.observe?.({ from, to, message, fate: twice ? 'duplicated' : 'delivered', at_s: now_s });
      push(heap, { at_s: now_s + delay_s(luck), order: order++, from, to, message });
      if (twice) push(heap, { at_s: now_s + delay_s(luck), order: order++, from, to, message });
    },
    wakeAfter(after_s) {
      const timer = (timers.get(from) ?? 0) + 1;
      timers.set(from, timer);
      push(heap, { at_s: now_s + after_s, order: order++, to: from, timer });
    },
  });
  const outboxes = new Map(roles.map((role) => [role.id, outboxOf(role.id)]));

  for (const role of roles) role.start(outboxes.get(role.id)!);
  let events_count = 0;
  while (!roles.every((role) => role.done)) {
    const event = pop(heap);
    if (!event) throw stuck(roles);
    if (event.at_s > timeLimit_s) {
      throw new TransportError({
        code: 'AGENTS_TOO_LATE',
        message: `The agents were not done after ${timeLimit_s} s of virtual time`,
        hint: 'Lower the loss, or raise the limit.',
      });
    }
    now_s = event.at_s;
    const out = outboxes.get(event.to)!;
    if (event.message && event.from !== undefined) byId(event.to).receive(event.from, event.message, out);
    else if (event.timer === timers.get(event.to)) byId(event.to).tick(now_s, out);
    if (++events_count % 256 === 0) await options.breathe?.();
  }
  return now_s;
}

const before = (a: Event, b: Event): boolean => a.at_s < b.at_s || (a.at_s === b.at_s && a.order < b.order);

function push(heap: Event[], event: Event): void {
  let i = heap.length;
  heap.push(event);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(event, heap[parent])) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = event;
}

function pop(heap: Event[]): Event | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
    if (!before(heap[child], last)) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return top;
}
