/**
 * WebAssembly kernels and the memory they work in.
 *
 * The module is compiled once, when first needed, synchronously. Each owner (a factor) has its own instance
 * with a memory of exactly the size it asked for; the memory never grows, so views stay valid for life. Arrays live in
 * that memory: a view's byteOffset is its address. Where WebAssembly does not exist, or the engine has no room for
 * another memory, the same views lie in an ArrayBuffer and the TypeScript twins work on them; both give the same bits.
 *
 * Owners that would not fill one 64 kB page use TypeScript by default: an instance costs 25 µs and a page where such a
 * factorisation takes about 15 µs instead of 6 (measured: bench/linalg.bench.mjs). V8 reserves 10 GB of address space
 * for every memory and so has room for 13 000 in a process; we stop at LIVE_MEMORIES_MAX, to leave room for others.
 * Memories are collected only between tasks: who makes factors in a loop releases them, and the next one of the same
 * size, up to 4 MiB, takes over memory and instance.
 */
import { BugError } from '../base/errors.ts';
import { kernelsBase64 } from './kernels.generated.ts';

export type Kernel = 'wasm' | 'typescript';

/** Which kernel a factor uses; `wasm` falls back to `typescript` where it cannot be had. */
export interface KernelOptions {
  /** Default: `wasm` when the owner's arrays take at least SMALL_BYTES, else `typescript`. */
  readonly kernel?: Kernel | undefined;
}

/** Exports of packages/core/kernels; addresses are byte offsets. */
export interface KernelExports {
  ldltFactor(descriptor: number, shift: number, delta: number, threshold: number, begin: number, end: number): number;
  ldltBlock(descriptor: number, delta: number, threshold: number, begin: number, end: number): number;
  ldltSolve(descriptor: number): void;
  ldltRefine(descriptor: number, isStarted: boolean, corrections_count: number, residual_frac: number, slow_frac: number): number;
  luRefactor(descriptor: number, growthLimit: number): number;
  luSolve(descriptor: number): void;
  luSolveTranspose(descriptor: number): void;
  complexLuFactor(descriptor: number, floor: number): number;
  complexLuSolve(descriptor: number): void;
  complexLuSolveLanes(descriptor: number): void;
  complexLuResidualLanes(descriptor: number): void;
  injectionLanes(descriptor: number, rows_count: number, count: number): void;
  stepProducts(rows: number, wide: number, products: number, rows_count: number, length: number): void;
}

/** The few parts of the host that are used; core is compiled without DOM and Node types. */
interface Host {
  readonly atob?: (text: string) => string;
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
    readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  };
}
const host = globalThis as unknown as Host;

const PAGE_BYTES = 65536;

/** Owners below this size use TypeScript unless told otherwise. */
export const SMALL_BYTES = PAGE_BYTES;

/** Memories alive at one time; owners beyond use TypeScript. */
const LIVE_MEMORIES_MAX = 4000;

/** After a refused memory so many owners do not ask, because each refusal first costs a full garbage collection. */
const PAUSE_AFTER_REFUSAL_COUNT = 1000;

/** Released memories kept for the next owner of the same size; large ones are not, as making them costs little beside using them. */
const POOLED_MEMORIES_MAX = 64;
const POOLED_PAGES_MAX = 64;

interface Slot {
  readonly buffer: ArrayBuffer;
  readonly kernels: KernelExports;
  readonly pages: number;
}
const pool: Slot[] = [];

let live_count = 0;
let pause_count = 0;
const freed = new FinalizationRegistry<undefined>(() => {
  live_count--;
});

let compiled: object | undefined;
let refused = false;

/** The compiled module, or undefined where it cannot be had; tried once. */
function kernelModule(): object | undefined {
  if (compiled || refused) return compiled;
  try {
    const { WebAssembly, atob } = host;
    if (WebAssembly && atob) {
      compiled = new WebAssembly.Module(Uint8Array.from(atob(kernelsBase64), (letter) => letter.charCodeAt(0)));
    }
  } catch {
    // A content policy or a missing instruction set: the twins do the work.
  }
  refused = compiled === undefined;
  return compiled;
}

/** A zeroed memory with an instance of the kernels, or undefined where none can be had. */
function takeSlot(pages: number): Slot | undefined {
  const pooled = pool.findLastIndex((slot) => slot.pages === pages);
  if (pooled >= 0) {
    const [slot] = pool.splice(pooled, 1);
    new Float64Array(slot.buffer).fill(0);
    return slot;
  }
  if (pause_count > 0) pause_count--;
  const module = pause_count === 0 && live_count < LIVE_MEMORIES_MAX ? kernelModule() : undefined;
  if (!module || !host.WebAssembly) return undefined;
  try {
    const memory = new host.WebAssembly.Memory({ initial: pages, maximum: pages });
    const instance = new host.WebAssembly.Instance(module, { env: { memory } });
    const buffer = memory.buffer;
    live_count++;
    freed.register(buffer, undefined);
    return { buffer, kernels: instance.exports as KernelExports, pages };
  } catch {
    pause_count = PAUSE_AFTER_REFUSAL_COUNT;
    return undefined;
  }
}

/** Hands out views of one memory, front to back. */
export class KernelArena {
  /** Undefined when the TypeScript twins have to be used. */
  readonly kernels: KernelExports | undefined;
  private readonly buffer: ArrayBuffer;
  private slot: Slot | undefined;
  private used = 0;

  /**
   * @param bytes - from `arenaBytes`
   * @param kernel - absent: by size
   */
  constructor(bytes: number, kernel?: Kernel) {
    const wanted = kernel ?? (bytes >= SMALL_BYTES ? 'wasm' : 'typescript');
    this.slot = wanted === 'wasm' ? takeSlot(Math.max(1, Math.ceil(bytes / PAGE_BYTES))) : undefined;
    this.kernels = this.slot?.kernels;
    this.buffer = this.slot?.buffer ?? new ArrayBuffer(bytes);
  }

  /** Gives the memory to the next owner of the same size; the views must not be used any more. */
  release(): void {
    if (this.slot && this.slot.pages <= POOLED_PAGES_MAX && pool.length < POOLED_MEMORIES_MAX) pool.push(this.slot);
    this.slot = undefined;
  }

  float64(length: number): Float64Array {
    const view = new Float64Array(this.buffer, this.used, length);
    this.used += 8 * length;
    return view;
  }

  int32(length: number): Int32Array {
    const view = new Int32Array(this.buffer, this.used, length);
    this.used += 8 * Math.ceil(length / 2);
    return view;
  }

  /** An array that the kernels only read: copied into the memory, or shared when TypeScript reads it. */
  hold(array: Int32Array): Int32Array {
    if (!this.kernels) return array;
    const view = this.int32(array.length);
    view.set(array);
    return view;
  }

  /** Address of a list for the kernels: n, then the addresses of the arrays. */
  describe(n: number, arrays: readonly (Int32Array | Float64Array)[]): number {
    const list = this.int32(arrays.length + 1);
    list[0] = n;
    for (let k = 0; k < arrays.length; k++) list[k + 1] = arrays[k].byteOffset;
    return list.byteOffset;
  }
}

/** Bytes for so many doubles and integers in so many arrays, each array starting on a multiple of eight. */
export function arenaBytes(doubles_count: number, integers_count: number, arrays_count: number): number {
  return 8 * doubles_count + 4 * integers_count + 8 * arrays_count;
}

/** Copies the first target.length numbers. */
export function takeInto(target: Float64Array, from: Float64Array): void {
  target.set(from.length === target.length ? from : from.subarray(0, target.length));
}

/** For owners that are used after their memory went to another. */
export function releasedError(what: string): BugError {
  return new BugError({
    message: `${what} factor used after its release`,
    code: 'LINALG_RELEASED',
    hint: 'Make a new factor from the same symbolic analysis.',
  });
}
