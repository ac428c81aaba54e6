import type { InverterControl } from '../../../network/feeder/controls.ts';

/** What an inverter's functions came to in the step before. */
export interface InverterPast {
  /** Vars of volt-var, as a part of its base. */
  readonly voltVar_frac?: number | undefined;
  /** Vars that all functions together asked for. */
  readonly asked_kvar: number;
  /** Limit of volt-watt; infinite where there is none. */
  readonly pLimit_kW: number;
}

/**
 * What one inverter remembers of the steps before: its last answer, and the means of the voltage over the windows that its functions look back.
 *
 * A window reaches back from the last step and counts every step in it, its edge too: ⌊window/step⌋ + 1 of them, but no more than it has seconds.
 * @source the count as OpenDSS has it for `dynreacavgwindowlen` and `avgwindowlen`, found by measuring windows of 1 to 300 s at steps of 1 to 60 s
 */
export class InverterMemory {
  past: InverterPast | undefined;
  private readonly windows_s: readonly number[];
  private readonly means_pu = new Map<number, number>();
  private readonly voltages_pu: number[] = [];

  constructor({ mean, functions }: InverterControl) {
    const looked = functions.flatMap((one) => (one.kind === 'dynamic-reactive-current' ? [one.window_s] : []));
    this.windows_s = mean === undefined ? looked : [...looked, mean.window_s];
  }

  /** Mean voltage over a window that ends with the step before; undefined in the first step. */
  mean_pu(window_s: number): number | undefined {
    return this.means_pu.get(window_s);
  }

  /** Takes a step in. */
  remember(v_pu: number, step_s: number, past: InverterPast): void {
    this.past = past;
    if (this.windows_s.length === 0) return;
    const { voltages_pu } = this;
    voltages_pu.push(v_pu);
    const longest_count = Math.max(...this.windows_s.map((window_s) => countOf(window_s, step_s)));
    if (voltages_pu.length > longest_count) voltages_pu.shift();
    for (const window_s of this.windows_s) {
      const first = Math.max(0, voltages_pu.length - countOf(window_s, step_s));
      let sum = 0;
      for (let k = first; k < voltages_pu.length; k++) sum += voltages_pu[k];
      this.means_pu.set(window_s, sum / (voltages_pu.length - first));
    }
  }

  forget(): void {
    this.past = undefined;
    this.means_pu.clear();
    this.voltages_pu.length = 0;
  }
}

const countOf = (window_s: number, step_s: number): number =>
  Math.max(1, Math.min(Math.floor(window_s / step_s + 1e-9) + 1, Math.floor(window_s + 1e-9)));
