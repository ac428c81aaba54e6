import type { AgentId, Message } from '@gridflock/core';

/**
 * Who of a run is here and who is done, as far as this process knows: two sets that only grow. Each process tells the union
 * of all it has heard, so that news reaches everybody by any way that is open, and telling it twice does no harm.
 */
export class Attendance {
  private readonly agents: readonly AgentId[];
  private readonly placeOf: ReadonlyMap<AgentId, number>;
  private readonly here: Uint32Array;
  private readonly done: Uint32Array;
  /** Sets are told as bits in the order of the list; who counts by another list must not be understood. */
  private readonly digest: number;

  constructor(agents: Iterable<AgentId>) {
    this.agents = [...agents].sort();
    this.placeOf = new Map(this.agents.map((id, place) => [id, place]));
    this.here = new Uint32Array(Math.ceil(this.agents.length / 32));
    this.done = new Uint32Array(this.here.length);
    this.digest = digestOf(this.agents);
  }

  knows(id: AgentId): boolean {
    return this.placeOf.has(id);
  }

  markHere(id: AgentId): void {
    mark(this.here, this.placeOf.get(id)!);
  }

  markDone(id: AgentId): void {
    mark(this.done, this.placeOf.get(id)!);
  }

  get absent(): AgentId[] {
    return this.agents.filter((_, place) => !isIn(this.here, place));
  }

  get undone(): AgentId[] {
    return this.agents.filter((_, place) => !isIn(this.done, place));
  }

  get everyoneHere(): boolean {
    return isFull(this.here, this.agents.length);
  }

  get everyoneDone(): boolean {
    return isFull(this.done, this.agents.length);
  }

  /** What to tell the others. */
  told(beat: number): Message {
    return {
      kind: 'attendance',
      round: beat,
      body: { roster: this.digest, here: Float64Array.from(this.here), done: Float64Array.from(this.done) },
    };
  }

  /** Hears what another process tells. @returns whether it knows less than we do; undefined when it makes no sense here */
  hear({ kind, body }: Message): 'less' | 'as much' | undefined {
    const { roster, here, done } = body;
    if (kind !== 'attendance' || roster !== this.digest || !this.fits(here) || !this.fits(done)) return undefined;
    const less = join(this.here, here);
    return join(this.done, done) || less ? 'less' : 'as much';
  }

  private fits(bits: unknown): bits is Float64Array {
    return bits instanceof Float64Array && bits.length === this.here.length && bits.every((word) => word >>> 0 === word);
  }
}

function mark(set: Uint32Array, place: number): void {
  set[place >>> 5]! |= 1 << (place & 31);
}

const isIn = (set: Uint32Array, place: number): boolean => ((set[place >>> 5]! >>> (place & 31)) & 1) === 1;

function isFull(set: Uint32Array, count: number): boolean {
  const whole = count >>> 5;
  for (let i = 0; i < whole; i++) if (set[i] !== 0xffffffff) return false;
  return (count & 31) === 0 || set[whole] === 2 ** (count & 31) - 1;
}

/** own ← own ∪ told. @returns whether own had something that told has not */
function join(own: Uint32Array, told: Float64Array): boolean {
  let less = false;
  for (let i = 0; i < own.length; i++) {
    const word = told[i]! >>> 0;
    if ((own[i]! & ~word) !== 0) less = true;
    own[i]! |= word;
  }
  return less;
}

/** FNV-1a over the ids, each ended by a code that no id has. */
function digestOf(ids: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const id of ids) {
    for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0x10000, 0x01000193);
  }
  return hash >>> 0;
}
