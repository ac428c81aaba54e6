import { InputError } from '../base/errors.ts';
import type { ParamTable, ValuesOf } from '../devices/contract.ts';
import type { Controller, Law } from './contract.ts';

/** The name of the factor that all parameters of speed follow. */
export const speedName = 'speed_frac';

/**
 * A law whose parameters may change while it runs: the values that it was made of, and a factor of speed s that multiplies each parameter of `speed` by
 * s^power. States do not depend on parameters, so a law that is built anew goes on from the states of the old one.
 */
export class TunedLaw {
  readonly controller: Controller;
  /** What may be changed; the speed only where the controller has one. */
  readonly names: readonly string[];
  private values: Readonly<Record<string, number>>;
  private speed_frac = 1;

  constructor(controller: Controller, values: Readonly<Record<string, number>>) {
    this.controller = controller;
    this.values = values;
    this.names = [...Object.keys(controller.params), ...(controller.speed === undefined ? [] : [speedName])];
  }

  read(name: string): number {
    return name === speedName ? this.speed_frac : this.values[name];
  }

  /**
   * Changes a value; `build` then gives the law of it.
   * @throws {InputError} SIMULATION_PARAMETER when the controller could not work with it; then nothing has changed
   */
  change(name: string, value: number): void {
    const { params, title } = this.controller;
    const spec = params[name];
    const { min = 0, max = Infinity } = spec?.type === 'number' ? spec : {};
    if (!Number.isFinite(value) || value < min || value > max || (name === speedName && value === 0)) {
      throw wrong(`"${name}" of "${title}" must be a finite number from ${min} to ${max}, got ${value}`);
    }
    const before = { values: this.values, speed_frac: this.speed_frac };
    if (name === speedName) this.speed_frac = value;
    else this.values = { ...this.values, [name]: value };
    const faults = this.controller.check?.(this.typed()) ?? [];
    if (faults.length === 0) return;
    Object.assign(this, before);
    throw wrong(`With "${name}" at ${value}, "${title}" cannot work: ${faults.join('; ')}`);
  }

  /** The values with the speed in them. */
  effective(): Readonly<Record<string, number>> {
    const values: Record<string, number> = { ...this.values };
    for (const [name, power = 0] of Object.entries(this.controller.speed ?? {})) values[name] *= this.speed_frac ** power;
    return values;
  }

  build(): Law {
    return this.controller.build(this.typed());
  }

  /** A table of numbers only is what the table of parameters asks for. */
  private typed(): ValuesOf<ParamTable> {
    return this.effective() as Readonly<Record<string, never>>;
  }
}

const wrong = (message: string): InputError => new InputError({ code: 'SIMULATION_PARAMETER', message, hint: 'Correct the value.' });
