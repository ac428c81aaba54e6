// Kernels on a memory that threads share; a module of its own, because WebAssembly takes either kind of memory, not both.
// Their twins are in ../src/cohorts. Rules: index.ts.
export { balanceNets, gatherRows, jumpNets, transferLines } from './cohort-phases';
export { holdStores, rampSources } from './cohort-forms';
