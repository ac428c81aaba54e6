// AssemblyScript kernels. Every export has a plain TypeScript twin in ../src that tests hold equal bit for bit:
// the same operations in the same order, no fused multiply-add. Pointers are byte offsets into the imported memory;
// the caller owns all memory. The factor kernels take one pointer to a descriptor, a list of i32: n, then the byte
// offset of each array in the order of the constants at the top of their file.
export { complexLuFactor, complexLuResidualLanes, complexLuSolve, complexLuSolveLanes } from './complex-lu';
export { injectionLanes } from './injection-lanes';
export { ldltBlock } from './ldlt-block';
export { ldltFactor, ldltRefine, ldltRowByChains, ldltSolve } from './ldlt';
export { luRefactor, luSolve, luSolveTranspose } from './lu';
export { stepProducts } from './step-products';
