import { copyOf } from '../faults/alter.ts';
import type { Crash } from '../faults/script.ts';
import type { Role, Snapshot } from '../role.ts';

/** How an agent that is doomed will go, at its next event. */
const dooms = { between: 0, unsaved: 1, unsent: 2 } as const;

/** Which agents are down, for how long, and what they will remember. */
export class Mortality {
  /** Down: does not act. Gone: never again. */
  private readonly down: Uint8Array;
  private readonly gone: Uint8Array;
  private readonly doom: Uint8Array;
  private readonly doomedBy = new Map<number, Crash>();
  /** Agents whose snapshots are kept, since the script lets them crash and come back. */
  private readonly kept: Uint8Array;
  private readonly saved = new Map<number, { readonly snapshot: Snapshot; readonly version: number | undefined }>();

  constructor(agents_count: number) {
    this.down = new Uint8Array(agents_count);
    this.gone = new Uint8Array(agents_count);
    this.doom = new Uint8Array(agents_count);
    this.kept = new Uint8Array(agents_count);
  }

  isDown(k: number): boolean {
    return this.down[k] === 1;
  }

  isGone(k: number): boolean {
    return this.gone[k] === 1;
  }

  /** From now on its snapshots are kept. */
  keep(k: number): void {
    this.kept[k] = 1;
  }

  /** Nothing that it says may leave before `goesBySaying` has been asked. */
  isWatched(k: number): boolean {
    return this.kept[k] === 1 || this.doom[k] !== 0;
  }

  /** Its time has come: true where it falls at once, between two events; else it will at its next one. */
  condemn(k: number, fault: Crash): boolean {
    const moment = dooms[fault.moment ?? 'between'];
    if (moment === dooms.between) return true;
    this.doom[k] = moment;
    this.doomedBy.set(k, fault);
    return false;
  }

  /** It has dealt with an event and said something, or nothing: saves what that rests on; the crash that takes it before anything leaves. */
  goesBySaying(k: number, role: Role, saysSomething: boolean): Crash | undefined {
    const doom = this.doom[k];
    if (doom === dooms.unsaved) return this.doomedBy.get(k);
    if (!saysSomething) return undefined;
    if (this.kept[k] === 1) this.save(k, role);
    return doom === dooms.unsent ? this.doomedBy.get(k) : undefined;
  }

  /** @returns after how long it comes back; undefined: never */
  fall(k: number, role: Role, { restart_s }: Crash): number | undefined {
    this.down[k] = 1;
    this.doom[k] = 0;
    const mayReturn = restart_s !== undefined && role.remember !== undefined && role.resume !== undefined;
    if (!mayReturn) this.gone[k] = 1;
    return mayReturn ? restart_s : undefined;
  }

  /** @returns a copy of what it remembers; undefined where it had never said anything */
  rise(k: number): Snapshot | undefined {
    this.down[k] = 0;
    const saved = this.saved.get(k);
    if (saved === undefined) return undefined;
    // A role made anew counts its versions anew.
    this.saved.set(k, { snapshot: saved.snapshot, version: undefined });
    return copied(saved.snapshot);
  }

  /** As lazily as the contract allows: whoever saves more often sees less of what can go wrong. */
  private save(k: number, role: Role): void {
    const saved = this.saved.get(k);
    if (saved !== undefined && role.version !== undefined && role.version === saved.version) return;
    const snapshot = role.remember?.();
    if (snapshot !== undefined) this.saved.set(k, { snapshot: copied(snapshot), version: role.version });
  }
}

const copied = (snapshot: Snapshot): Snapshot => copyOf({ kind: '', round: 0, body: snapshot }).body;
