import { SharedKernelArena } from '../linalg/shared-kernels.ts';
import { type Memory, ownMemory } from './problem.ts';

/**
 * Memory on which the kernels work, and which threads can share: up to 4 GiB, about 60 million values at terminals with their prices and ten kept steps.
 * What does not fit, or everything where there is no such memory, comes from `spare`, and the TypeScript twins do the work; both give the same bits.
 * Make one for each problem: it is given back when the problem is. Each negotiation of it takes its own arrays from there.
 */
export function kernelMemory(spare: Memory = ownMemory): Memory {
  const arena = SharedKernelArena.make();
  let isWhole = arena !== undefined;
  const take = (bytes: number): number | undefined => {
    const at = isWhole ? arena?.take(bytes) : undefined;
    if (at === undefined) isWhole = false;
    return at;
  };
  const buffer = (): ArrayBuffer => arena?.memory.buffer as ArrayBuffer;
  return {
    floats(length) {
      const at = take(8 * length);
      return at === undefined ? spare.floats(length) : new Float64Array(buffer(), at, length);
    },
    ints(length) {
      const at = take(4 * length);
      return at === undefined ? spare.ints(length) : new Int32Array(buffer(), at, length);
    },
    singles(length) {
      const at = take(4 * length);
      return at === undefined ? spare.singles(length) : new Float32Array(buffer(), at, length);
    },
    get kernels() {
      return isWhole ? arena?.memory : undefined;
    },
  };
}
