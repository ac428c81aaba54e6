/** Room for events whose time never falls: first in, first out, without comparing. */
class Lane {
  times = new Float64Array(16);
  orders = new Float64Array(16);
  slots = new Int32Array(16);
  head = 0;
  count = 0;
  private last_s = Number.NEGATIVE_INFINITY;
  private lastOrder = -1;

  /** False where the event would come before the last one in here. */
  offer(at_s: number, order: number, slot: number): boolean {
    if (this.count > 0 && (at_s < this.last_s || (at_s === this.last_s && order < this.lastOrder))) return false;
    if (this.count === this.times.length) this.grow();
    const i = (this.head + this.count++) & (this.times.length - 1);
    this.times[i] = this.last_s = at_s;
    this.orders[i] = this.lastOrder = order;
    this.slots[i] = slot;
    return true;
  }

  private grow(): void {
    const { times, orders, slots, head } = this;
    const size = times.length;
    this.times = new Float64Array(2 * size);
    this.orders = new Float64Array(2 * size);
    this.slots = new Int32Array(2 * size);
    for (let k = 0; k < size; k++) {
      const i = (head + k) & (size - 1);
      this.times[k] = times[i];
      this.orders[k] = orders[i];
      this.slots[k] = slots[i];
    }
    this.head = 0;
  }
}

/**
 * Events in order of time, and of their number where times are equal. Keys lie in typed arrays: a heap of four children a node, and before it two
 * lanes for events that come in order anyway. With constant delays nearly all messages take one lane and nearly all wake-ups the other.
 */
export class EventQueue<Payload> {
  /** Of the event that was taken last. */
  at_s = 0;
  order = 0;
  kind = 0;
  subject = 0;
  payload: Payload | undefined;
  private readonly lanes = [new Lane(), new Lane()];
  private heapTimes = new Float64Array(64);
  private heapOrders = new Float64Array(64);
  private heapSlots = new Int32Array(64);
  private heap_count = 0;
  /** By slot: 8·subject + kind. */
  private subjects = new Int32Array(64);
  private readonly payloads: (Payload | undefined)[] = [];
  private free = new Int32Array(64);
  private free_count = 0;
  private slots_count = 0;

  get size_count(): number {
    return this.slots_count - this.free_count;
  }

  /** @param kind - below 8; a subject is below 2^28 */
  push(at_s: number, order: number, kind: number, subject: number, payload: Payload | undefined): void {
    const slot = this.slot();
    this.subjects[slot] = (subject << 3) | kind;
    this.payloads[slot] = payload;
    if (this.lanes[0].offer(at_s, order, slot) || this.lanes[1].offer(at_s, order, slot)) return;
    this.sink(at_s, order, slot);
  }

  /** Takes the next event into the fields above; false when there is none. */
  take(): boolean {
    const [first, second] = this.lanes;
    let source = -1;
    let time = Number.POSITIVE_INFINITY;
    let order = Number.POSITIVE_INFINITY;
    if (first.count > 0) {
      source = 0;
      time = first.times[first.head];
      order = first.orders[first.head];
    }
    if (second.count > 0) {
      const t = second.times[second.head];
      if (t < time || (t === time && second.orders[second.head] < order) || source < 0) {
        source = 1;
        time = t;
        order = second.orders[second.head];
      }
    }
    if (this.heap_count > 0) {
      const t = this.heapTimes[0];
      if (t < time || (t === time && this.heapOrders[0] < order) || source < 0) {
        source = 2;
        time = t;
        order = this.heapOrders[0];
      }
    }
    if (source < 0) return false;
    let slot: number;
    if (source === 2) slot = this.rise();
    else {
      const lane = this.lanes[source];
      slot = lane.slots[lane.head];
      lane.head = (lane.head + 1) & (lane.times.length - 1);
      lane.count--;
    }
    this.at_s = time;
    this.order = order;
    this.kind = this.subjects[slot] & 7;
    this.subject = this.subjects[slot] >> 3;
    this.payload = this.payloads[slot];
    this.payloads[slot] = undefined;
    if (this.free_count === this.free.length) this.free = widened(this.free);
    this.free[this.free_count++] = slot;
    return true;
  }

  private slot(): number {
    if (this.free_count > 0) return this.free[--this.free_count];
    const slot = this.slots_count++;
    if (slot === this.subjects.length) this.subjects = widened(this.subjects);
    this.payloads.push(undefined);
    return slot;
  }

  private sink(at_s: number, order: number, slot: number): void {
    let i = this.heap_count++;
    if (i === this.heapTimes.length) {
      const times = new Float64Array(2 * i);
      times.set(this.heapTimes);
      this.heapTimes = times;
      const orders = new Float64Array(2 * i);
      orders.set(this.heapOrders);
      this.heapOrders = orders;
      this.heapSlots = widened(this.heapSlots);
    }
    const { heapTimes, heapOrders, heapSlots } = this;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      const t = heapTimes[parent];
      if (t < at_s || (t === at_s && heapOrders[parent] < order)) break;
      heapTimes[i] = t;
      heapOrders[i] = heapOrders[parent];
      heapSlots[i] = heapSlots[parent];
      i = parent;
    }
    heapTimes[i] = at_s;
    heapOrders[i] = order;
    heapSlots[i] = slot;
  }

  private rise(): number {
    const { heapTimes, heapOrders, heapSlots } = this;
    const top = heapSlots[0];
    const n = --this.heap_count;
    const at_s = heapTimes[n];
    const order = heapOrders[n];
    let i = 0;
    for (;;) {
      const first = 4 * i + 1;
      if (first >= n) break;
      let child = first;
      const end = Math.min(first + 4, n);
      for (let c = first + 1; c < end; c++) {
        if (heapTimes[c] < heapTimes[child] || (heapTimes[c] === heapTimes[child] && heapOrders[c] < heapOrders[child])) child = c;
      }
      if (at_s < heapTimes[child] || (at_s === heapTimes[child] && order < heapOrders[child])) break;
      heapTimes[i] = heapTimes[child];
      heapOrders[i] = heapOrders[child];
      heapSlots[i] = heapSlots[child];
      i = child;
    }
    heapTimes[i] = at_s;
    heapOrders[i] = order;
    heapSlots[i] = heapSlots[n];
    return top;
  }
}

function widened(array: Int32Array): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(2 * array.length);
  wide.set(array);
  return wide;
}
