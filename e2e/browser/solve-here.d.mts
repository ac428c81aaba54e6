export declare function solveHere(core: (module: string) => Promise<unknown>): Promise<{
  readonly kernel: 'wasm' | 'typescript';
  readonly statuses: readonly string[];
  readonly bits: Readonly<Record<'ldlt' | 'lu' | 'linear' | 'curved' | 'symmetric', readonly number[]>>;
  readonly values: Readonly<Record<'general' | 'exponential', readonly number[]>>;
}>;
