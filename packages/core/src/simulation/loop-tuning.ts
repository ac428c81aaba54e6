import type { Law } from '../controllers/contract.ts';
import type { TunedLaw } from '../controllers/tuned-law.ts';

/** An agent whose law may be made anew. */
export interface TunedSeat {
  readonly device: string;
  readonly tuning?: TunedLaw | undefined;
  law: Law;
}

/**
 * The parameters of laws as parameters of a loop: `<group>.<parameter>` of all agents, `<group>.<device>.<parameter>` of one.
 * Only where every agent is tuned; a group's parameter is read from its first agent.
 */
export class LoopTuning {
  readonly names: readonly string[];
  private readonly slots = new Map<string, { readonly name: string; readonly seats: readonly (TunedSeat & { tuning: TunedLaw })[] }>();

  constructor(group: string, seats: readonly TunedSeat[]) {
    const tuned = seats.filter((seat): seat is TunedSeat & { tuning: TunedLaw } => seat.tuning !== undefined);
    const shared = tuned[0]?.tuning.names.filter((name) => tuned.every(({ tuning }) => tuning.names.includes(name))) ?? [];
    for (const name of shared) this.slots.set(`${group}.${name}`, { name, seats: tuned });
    for (const seat of tuned) {
      for (const name of seat.tuning.names) this.slots.set(`${group}.${seat.device}.${name}`, { name, seats: [seat] });
    }
    this.names = [...this.slots.keys()];
  }

  /** undefined when it is no parameter of a law. */
  read(name: string): number | undefined {
    const slot = this.slots.get(name);
    return slot?.seats[0].tuning.read(slot.name);
  }

  /**
   * @returns false when it is no parameter of a law
   * @throws {InputError} SIMULATION_PARAMETER
   */
  change(name: string, value: number): boolean {
    const slot = this.slots.get(name);
    if (slot === undefined) return false;
    for (const { tuning } of slot.seats) tuning.change(slot.name, value);
    for (const seat of slot.seats) seat.law = seat.tuning.build();
    return true;
  }
}
