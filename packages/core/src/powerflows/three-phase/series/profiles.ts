import { InputError } from '../../../base/errors.ts';
import type { Feeder, Profile, ProfileUse } from '../../../network/feeder/feeder.ts';
import type { ThreePhaseBatchInput } from '../contract.ts';

export type ProfileMode = 'daily' | 'yearly' | 'duty';

/** Powers of a stretch of steps, written anew for each. @shape arrays [t][element] */
export interface StretchInput extends ThreePhaseBatchInput {
  steps_count: number;
  readonly loadP_frac: Float64Array;
  readonly loadQ_frac: Float64Array;
  readonly generatorP_frac: Float64Array;
  readonly generatorQ_frac: Float64Array;
  /** What the sun or the dispatch offers. */
  readonly inverterP_kW: Float64Array;
}

/** What one element follows: multipliers on its own power, given by p and q. */
interface Follower {
  readonly profile: Profile;
  readonly pScale: number;
  readonly qScale: number;
}

/**
 * The powers of all elements over time, from the profiles that they follow.
 *
 * An element follows the profile of the mode, else its daily one, else it stays as the feeder has it. A profile is held from each of its steps to the
 * next and repeated. Actual values (kW, kvar) are for the whole element and shared as its own powers are; without q the power factor stays.
 * Storage follows multipliers of its rated power, PV of what it offers now.
 * @throws {InputError} THREE_PHASE_PROFILE
 */
export class ProfilePowers {
  private readonly feeder: Feeder;
  private readonly loads: (Follower | undefined)[];
  private readonly generators: (Follower | undefined)[];
  private readonly inverters: (Follower | undefined)[];

  constructor(feeder: Feeder, mode: ProfileMode) {
    this.feeder = feeder;
    const byId = new Map(feeder.profiles.map((profile) => [profile.id, profile]));
    const followed = (id: string, use: ProfileUse | undefined): Profile | undefined => {
      const name = use?.[mode] ?? use?.daily;
      if (name === undefined) return undefined;
      const profile = byId.get(name);
      if (profile === undefined || profile.p.length === 0) {
        throw new InputError({
          message: `"${id}" follows the profile "${name}", which ${profile === undefined ? 'does not exist' : 'has no values'}`,
          code: 'THREE_PHASE_PROFILE',
          hint: 'Give the profile its values, or let the element follow another.',
        });
      }
      return profile;
    };
    const follow = (item: { id: string; p_kW: readonly number[]; q_kvar: readonly number[]; profile?: ProfileUse | undefined }) => {
      const profile = followed(item.id, item.profile);
      if (profile === undefined) return undefined;
      if (!profile.actual) return { profile, pScale: 1, qScale: 1 };
      const total = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0);
      const [p, q] = [total(item.p_kW), total(item.q_kvar)];
      if (p === 0 || (profile.q !== undefined && q === 0 && profile.q.some((value) => value !== 0))) {
        throw new InputError({
          message: `"${item.id}" follows the actual values of profile "${profile.id}" but has a power of 0, so that nothing says how its phases share them`,
          code: 'THREE_PHASE_PROFILE',
          hint: 'Give the element any power other than 0 in each phase that takes part.',
        });
      }
      return { profile, pScale: 1 / p, qScale: profile.q === undefined ? 1 / p : q === 0 ? 0 : 1 / q };
    };
    this.loads = feeder.loads.map(follow);
    this.generators = feeder.generators.map(follow);
    this.inverters = feeder.inverters.map(({ id, profile, kind, p_kW, p_rated_kW }) => {
      const found = followed(id, profile);
      const base = kind === 'storage' ? p_rated_kW : p_kW;
      return found && { profile: found, pScale: found.actual ? 1 : base, qScale: 0 };
    });
  }

  /** Memory for so many steps. */
  build(steps_count: number): StretchInput {
    const { loads, generators, inverters } = this.feeder;
    const zeros = (count: number) => new Float64Array(steps_count * count);
    return {
      steps_count,
      loadP_frac: zeros(loads.length),
      loadQ_frac: zeros(loads.length),
      generatorP_frac: zeros(generators.length),
      generatorQ_frac: zeros(generators.length),
      inverterP_kW: zeros(inverters.length),
    };
  }

  /** Steps that begin at first_s + k·step_s. */
  fillInto(into: StretchInput, first_s: number, step_s: number): void {
    for (let t = 0; t < into.steps_count; t++) {
      const time_s = first_s + t * step_s;
      fillRow(this.loads, into.loadP_frac, into.loadQ_frac, t, time_s);
      fillRow(this.generators, into.generatorP_frac, into.generatorQ_frac, t, time_s);
      this.inverters.forEach((follower, k) => {
        const at = t * this.inverters.length + k;
        into.inverterP_kW[at] = follower
          ? valueAt(follower.profile, follower.profile.p, time_s) * follower.pScale
          : this.feeder.inverters[k].p_kW;
      });
    }
  }
}

function fillRow(followers: readonly (Follower | undefined)[], p: Float64Array, q: Float64Array, t: number, time_s: number): void {
  for (let k = 0; k < followers.length; k++) {
    const at = t * followers.length + k;
    const follower = followers[k];
    p[at] = follower ? valueAt(follower.profile, follower.profile.p, time_s) * follower.pScale : 1;
    q[at] = follower ? valueAt(follower.profile, follower.profile.q ?? follower.profile.p, time_s) * follower.qScale : 1;
  }
}

/** A time that is a hair short of a step, by rounding, belongs to that step. */
const STEP_ROUNDING = 1e-9;

function valueAt({ step_s }: Profile, values: readonly number[], time_s: number): number {
  return values[Math.floor(time_s / step_s + STEP_ROUNDING) % values.length];
}
