import { InputError } from '../base/errors.ts';
import type { SharedKernelMemory } from '../linalg/shared-kernels.ts';
import type { Form, FormValues, Horizon } from './form.ts';

/** Devices of one form, as one array per parameter. */
export interface CohortSpec {
  readonly name: string;
  readonly form: Form;
  /** By the form's parameter names; [device] or [device][step]. */
  readonly values: Readonly<Record<string, Float64Array>>;
  /** Net of each terminal, [device][terminal]. */
  readonly nets: Int32Array;
}

export interface Cohort {
  readonly name: string;
  readonly form: Form;
  readonly values: FormValues;
  readonly devices_count: number;
  /** Its terminals are numbered from here on, [device][terminal]. */
  readonly firstTerminal: number;
}

/**
 *   min Σ f_d(p_d)   subject to   Σ_{terminals j at net n} p_jt = 0   for every net n and step t
 *
 * Values at terminals are laid out [terminal][step], prices [net][step].
 * @shape netOf (terminals); netStart (nets + 1), netTerminals (terminals): the terminals at net n are
 * netTerminals[netStart[n]] … netTerminals[netStart[n + 1] − 1], in rising order
 */
export interface CohortProblem extends Horizon {
  readonly nets_count: number;
  readonly terminals_count: number;
  readonly cohorts: readonly Cohort[];
  readonly netOf: Int32Array;
  readonly netStart: Int32Array;
  readonly netTerminals: Int32Array;
  /** Where its arrays lie, and those of its negotiation. */
  readonly memory: Memory;
}

/** Where arrays live that others shall share; default: plain arrays. */
export interface Memory {
  floats(length: number): Float64Array;
  ints(length: number): Int32Array;
  singles(length: number): Float32Array;
  /** The memory in which all arrays so far lie, where kernels can work on them. */
  readonly kernels?: SharedKernelMemory | undefined;
}

export const ownMemory: Memory = {
  floats: (length) => new Float64Array(length),
  ints: (length) => new Int32Array(length),
  singles: (length) => new Float32Array(length),
};

/**
 * Checks every device, numbers the terminals cohort after cohort and sorts them by nets.
 * @throws {InputError} COHORT_SHAPE, COHORT_VALUE, COHORT_NET, COHORT_DEVICE
 */
export function buildCohortProblem(
  horizon: Horizon,
  nets_count: number,
  specs: readonly CohortSpec[],
  memory: Memory = ownMemory,
): CohortProblem {
  const { steps_count, dt_h } = horizon;
  if (!(Number.isInteger(steps_count) && steps_count > 0 && dt_h > 0)) {
    throw new InputError({
      code: 'COHORT_SHAPE',
      message: `A horizon needs whole steps of positive length, got ${steps_count} steps of ${dt_h} h`,
      hint: 'Give for example 24 steps of 1 h.',
    });
  }
  let terminals_count = 0;
  const cohorts = specs.map((spec): Cohort => {
    const { form } = spec;
    const devices_count = spec.nets.length / form.terminals_count;
    const values = form.parameters.map(({ name, per, least }) => {
      const given = spec.values[name];
      const length = per === 'step' ? devices_count * steps_count : devices_count;
      if (given?.length !== length) {
        throw new InputError({
          code: 'COHORT_SHAPE',
          message: `${name} needs ${length} numbers, got ${given?.length ?? 'none'}`,
          where: spec.name,
          hint: `Give one number per ${per === 'step' ? 'device and step' : 'device'}; nets has ${form.terminals_count} per device.`,
        });
      }
      const wrong = given.findIndex((value) => !Number.isFinite(value) || value < (least ?? -Infinity));
      if (wrong >= 0) {
        throw new InputError({
          code: 'COHORT_VALUE',
          message: `${name} must be a finite number${least === undefined ? '' : ` of at least ${least}`}, got ${given[wrong]}`,
          where: `${spec.name}, device ${per === 'step' ? Math.floor(wrong / steps_count) : wrong}`,
          hint: 'Correct the number, or leave the device out.',
        });
      }
      const kept = memory.floats(length);
      kept.set(given);
      return kept;
    });
    for (let i = 0; i < devices_count; i++) {
      const fault = form.fault(values, i, horizon);
      if (fault === undefined) continue;
      throw new InputError({
        code: 'COHORT_DEVICE',
        message: `A device has no feasible plan: ${fault}`,
        where: `${spec.name}, device ${i}`,
        hint: 'Change its limits.',
      });
    }
    const cohort = { name: spec.name, form, values, devices_count, firstTerminal: terminals_count };
    terminals_count += spec.nets.length;
    return cohort;
  });

  const netOf = memory.ints(terminals_count);
  specs.forEach(({ nets, name }, c) => {
    const wrong = nets.findIndex((net) => !(net >= 0 && net < nets_count));
    if (wrong >= 0) {
      throw new InputError({
        code: 'COHORT_NET',
        message: `There is no net ${nets[wrong]}`,
        where: `${name}, terminal ${wrong}`,
        hint: `Nets are numbered from 0 to ${nets_count - 1}.`,
      });
    }
    netOf.set(nets, cohorts[c].firstTerminal);
  });
  const netStart = memory.ints(nets_count + 1);
  for (let j = 0; j < terminals_count; j++) netStart[netOf[j] + 1]++;
  for (let n = 0; n < nets_count; n++) netStart[n + 1] += netStart[n];
  const next = Int32Array.from(netStart);
  const netTerminals = memory.ints(terminals_count);
  for (let j = 0; j < terminals_count; j++) netTerminals[next[netOf[j]]++] = j;
  return { steps_count, dt_h, nets_count, terminals_count, cohorts, netOf, netStart, netTerminals, memory };
}
