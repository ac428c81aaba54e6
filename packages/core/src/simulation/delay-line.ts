import type { Delay, Plant } from './plant.ts';

/**
 * The past of those outputs that come back as delayed inputs.
 *
 * Between kept moments values are interpolated by a cubic through four of them (order 4), by fewer next to a jump: events cut the past into
 * segments, and no polynomial reaches across. Before the first moment everything was as it was then. A jump comes back after each delay; `nextJump_s` says
 * when, so that a step can end there. What it sets off in its turn is smoother and not waited for.
 */
export class DelayLine {
  /** No step may be longer, or a stage would ask for what is not known yet. */
  readonly shortest_s: number;
  private readonly plant: Plant;
  private readonly groups: readonly Group[];
  private readonly longest_s: number;
  private readonly width: number;
  private readonly y: Float64Array;
  private times: Float64Array;
  private segments: Int32Array;
  private values: Float64Array;
  private count = 0;
  private segment = 0;
  private jumps_s: number[] = [];

  constructor(plant: Plant, delays: readonly Delay[]) {
    this.plant = plant;
    this.width = delays.length;
    this.shortest_s = Math.min(...delays.map(({ delay_s }) => delay_s));
    this.longest_s = Math.max(...delays.map(({ delay_s }) => delay_s));
    const byDelay = new Map<number, { columns: number[]; inputs: number[] }>();
    delays.forEach(({ delay_s, input }, column) => {
      const group = byDelay.get(delay_s) ?? { columns: [], inputs: [] };
      byDelay.set(delay_s, group);
      group.columns.push(column);
      group.inputs.push(input);
    });
    this.groups = [...byDelay].map(([delay_s, { columns, inputs }]) => ({
      delay_s,
      columns: Int32Array.from(columns),
      inputs: Int32Array.from(inputs),
    }));
    this.y = new Float64Array(plant.outputs.length);
    this.times = new Float64Array(256);
    this.segments = new Int32Array(256);
    this.values = new Float64Array(256 * this.width);
  }

  /** Keeps the outputs of this moment. */
  keep(t_s: number, x: Float64Array, u: Float64Array): void {
    const { plant, y, width } = this;
    plant.outputsInto(x, u, y);
    if (this.count === this.times.length) this.makeRoom(t_s);
    this.times[this.count] = t_s;
    this.segments[this.count] = this.segment;
    const { delays = [] } = plant;
    for (let k = 0; k < width; k++) this.values[this.count * width + k] = y[delays[k].output];
    this.count++;
  }

  /** What comes next belongs to another segment. */
  cut(): void {
    this.segment++;
  }

  /** Something has jumped at this moment, and will come back. */
  jump(t_s: number): void {
    this.jumps_s = this.jumps_s.filter((at_s) => at_s + this.longest_s >= t_s);
    if (this.jumps_s.at(-1) !== t_s) this.jumps_s.push(t_s);
  }

  /** When a jump comes back next, after `t_s`; Infinity when none is on its way. */
  nextJump_s(t_s: number): number {
    let next_s = Infinity;
    for (const at_s of this.jumps_s) {
      for (const { delay_s } of this.groups) {
        const back_s = at_s + delay_s;
        if (back_s > t_s + sameTime_s(t_s)) next_s = Math.min(next_s, back_s);
      }
    }
    return next_s;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Delayed inputs as they are at `t_s`: just before a jump that arrives there, or just behind it. */
  fill(t_s: number, u: Float64Array, side: 'before' | 'behind' = 'before'): void {
    for (const { delay_s, columns, inputs } of this.groups) this.readInto(t_s - delay_s, side, columns, inputs, u);
  }

  private readInto(t_s: number, side: 'before' | 'behind', columns: Int32Array, inputs: Int32Array, u: Float64Array): void {
    const { times, segments, values, width, count } = this;
    const same_s = sameTime_s(t_s);
    // the first kept moment at or after t_s
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < t_s - same_s) low = middle + 1;
      else high = middle;
    }
    const right = low;
    if (right === 0 || times[right] <= t_s + same_s || segments[right] !== segments[right - 1]) {
      let at = right > 0 && times[right] > t_s + same_s ? right - 1 : right;
      while (side === 'behind' && at + 1 < count && times[at + 1] <= t_s + same_s) at++;
      for (let k = 0; k < columns.length; k++) u[inputs[k]] = values[at * width + columns[k]];
      return;
    }
    const own = segments[right];
    let first = right >= 2 && segments[right - 2] === own ? right - 2 : right - 1;
    const last = right + 1 < count && segments[right + 1] === own ? right + 1 : right;
    if (last === right && first >= 1 && first === right - 2 && segments[right - 3] === own) first = right - 3;
    for (let k = 0; k < columns.length; k++) u[inputs[k]] = 0;
    for (let i = first; i <= last; i++) {
      let weight = 1;
      for (let j = first; j <= last; j++) if (j !== i) weight *= (t_s - times[j]) / (times[i] - times[j]);
      for (let k = 0; k < columns.length; k++) u[inputs[k]] += weight * values[i * width + columns[k]];
    }
  }

  /** Forgets what no delay reaches any more; grows when that is not half. */
  private makeRoom(t_s: number): void {
    const { times, width, count } = this;
    let first = 0;
    while (first < count - 4 && times[first + 4] < t_s - this.longest_s) first++;
    const length = first > count / 2 ? times.length : 2 * times.length;
    const [oldTimes, oldSegments, oldValues] = [this.times, this.segments, this.values];
    this.times = new Float64Array(length);
    this.segments = new Int32Array(length);
    this.values = new Float64Array(length * width);
    this.times.set(oldTimes.subarray(first, count));
    this.segments.set(oldSegments.subarray(first, count));
    this.values.set(oldValues.subarray(first * width, count * width));
    this.count = count - first;
  }
}

/** Times nearer than this are one moment. */
const sameTime_s = (t_s: number): number => 1e-12 * (1 + Math.abs(t_s));

interface Group {
  readonly delay_s: number;
  readonly columns: Int32Array;
  readonly inputs: Int32Array;
}
