/** Placeholder until the WebAssembly kernels land in this file. */
export type Kernel = 'wasm' | 'typescript';
