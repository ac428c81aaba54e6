/**
 * Kernels on a memory that threads share, for data that is too large to be copied into memories of its own.
 *
 * One WebAssembly memory, of up to 4 GiB, grows as arrays are asked for; views stay valid, because growing moves nothing of a shared memory. A
 * thread that is handed the memory makes an instance of its own (`sharedKernels`) on it.
 */
import { sharedKernelsBase64 } from './kernels.generated.ts';

/** Exports of packages/core/kernels/shared.ts; addresses are byte offsets. */
export interface SharedKernels {
  gatherRows(p: number, z: number, price: number, netOf: number, first: number, last: number, T: number, share: number): void;
  transferLines(x: number, capacity: number, first: number, last: number, T: number): void;
  holdStores(
    x: number,
    T: number,
    first: number,
    last: number,
    power: number,
    size: number,
    start: number,
    end: number,
    dt: number,
    work: number,
  ): void;
  rampSources(
    x: number,
    T: number,
    first: number,
    last: number,
    low: number,
    high: number,
    square: number,
    linear: number,
    ramp: number,
    dt: number,
    rho: number,
    work: number,
  ): void;
  balanceNets(
    p: number,
    z: number,
    price: number,
    step: number,
    netStart: number,
    netTerminals: number,
    first: number,
    last: number,
    T: number,
    gain: number,
    relaxation: number,
    partial: number,
  ): void;
  jumpNets(
    z: number,
    price: number,
    steps: number,
    gamma: number,
    m: number,
    netStart: number,
    netTerminals: number,
    first: number,
    last: number,
    T: number,
    gain: number,
  ): void;
}

/** A shared `WebAssembly.Memory`; threads may be sent it. */
export interface SharedKernelMemory {
  readonly buffer: ArrayBufferLike;
  grow(pages_count: number): number;
}

interface Host {
  readonly atob?: (text: string) => string;
  readonly SharedArrayBuffer?: unknown;
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Memory: new (size: { initial: number; maximum: number; shared: true }) => SharedKernelMemory;
    readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  };
}
const host = globalThis as unknown as Host;

const pageBytes = 65536;
const pagesMost_count = 65536;
/** Nobody lives at address 0. */
const firstByte = 16;

let compiled: object | undefined;

/** The kernels on this memory. @param memory - of a `SharedKernelArena`, perhaps of another thread */
export function sharedKernels(memory: SharedKernelMemory): SharedKernels {
  const { WebAssembly, atob } = host;
  if (!WebAssembly || !atob) throw new TypeError('A WebAssembly memory without WebAssembly');
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(sharedKernelsBase64), (letter) => letter.charCodeAt(0)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as SharedKernels;
}

/** Hands out places in one shared memory, front to back. */
export class SharedKernelArena {
  readonly memory: SharedKernelMemory;
  private used = firstByte;
  private pages_count = 1;

  private constructor(memory: SharedKernelMemory) {
    this.memory = memory;
  }

  /** Undefined where the engine has no such memory, or no room for one more. */
  static make(): SharedKernelArena | undefined {
    const { WebAssembly, atob } = host;
    if (!WebAssembly || !host.SharedArrayBuffer || !atob) return undefined;
    try {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: pagesMost_count, shared: true });
      sharedKernels(memory);
      return new SharedKernelArena(memory);
    } catch {
      // no room, no SIMD or a content policy: the twins do the work
      return undefined;
    }
  }

  /** Address of so many zeroed bytes, a multiple of 16; undefined when there are no more. */
  take(bytes: number): number | undefined {
    const at = this.used;
    const end = at + 16 * Math.ceil(bytes / 16);
    const wanted = Math.ceil(end / pageBytes);
    if (wanted > pagesMost_count) return undefined;
    if (wanted > this.pages_count) {
      try {
        this.memory.grow(wanted - this.pages_count);
      } catch {
        return undefined;
      }
      this.pages_count = wanted;
    }
    this.used = end;
    return at;
  }
}
