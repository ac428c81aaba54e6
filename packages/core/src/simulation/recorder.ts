import { type Plant, placeOf } from './plant.ts';
import type { Stepper } from './stepper.ts';

/** Outputs at equal distances of time. */
export class Recorder {
  private readonly plant: Plant;
  private readonly names: readonly string[];
  private readonly places: readonly number[];
  private readonly every_s: number;
  private readonly rows_count: number;
  private readonly values: Float64Array;
  private readonly y: Float64Array;
  private readonly x: Float64Array;
  private next = 0;

  constructor(plant: Plant, names: readonly string[], every_s: number, stop_s: number) {
    this.plant = plant;
    this.names = names;
    this.places = names.map((name) => placeOf(name, plant.outputs, `output of "${plant.title}"`));
    this.every_s = every_s;
    this.rows_count = Math.floor(stop_s / every_s + 1e-9) + 1;
    this.values = new Float64Array(this.rows_count * names.length);
    this.y = new Float64Array(plant.outputs.length);
    this.x = new Float64Array(plant.states.length);
  }

  private isDue(t_s: number): boolean {
    return this.next < this.rows_count && this.next * this.every_s <= t_s * (1 + 1e-12);
  }

  /** What is due at this moment. */
  recordAt(t_s: number, x: Float64Array, u: Float64Array): void {
    if (this.isDue(t_s)) this.write(x, u);
  }

  /** What was due inside the last step, up to but without its end. */
  recordInside(stepper: Stepper, end_s: number, u: Float64Array): void {
    while (this.next < this.rows_count && this.next * this.every_s < end_s * (1 - 1e-12)) {
      stepper.stateAtInto(this.next * this.every_s, this.x);
      this.write(this.x, u);
    }
  }

  private write(x: Float64Array, u: Float64Array): void {
    const { places, values, y } = this;
    this.plant.outputsInto(x, u, y);
    const at = this.next * places.length;
    for (let k = 0; k < places.length; k++) values[at + k] = y[places[k]];
    this.next++;
  }

  result(): { readonly outputs: readonly string[]; readonly time_s: Float64Array; readonly values: Float64Array } {
    return {
      outputs: this.names,
      time_s: Float64Array.from({ length: this.next }, (_, k) => k * this.every_s),
      values: this.values.slice(0, this.next * this.places.length),
    };
  }
}
