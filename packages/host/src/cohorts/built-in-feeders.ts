import { catalog, type FeederGraph, readBuiltIn } from '@gridflock/core';

/** Distribution feeders of the catalogue, small and large in turn. */
const names = ['ieee33', 'ieee123', 'ieee69', 'ieee34', 'feeder118', 'ieee13'];

/**
 * The built-in feeders for `joinFeeders`: buses become nets, branches in service become lines, and loads of the operating point peak loads. Buses
 * that hang on no line are left out.
 */
export function builtInFeeders(): FeederGraph[] {
  return catalog.networks.filter(({ name }) => names.includes(name)).map(graphOf);
}

function graphOf(builtIn: (typeof catalog.networks)[number]): FeederGraph {
  const { network, operatingPoint } = readBuiltIn(builtIn);
  const branches = network.branches.filter(({ inService }) => inService);
  const [root = 0] = operatingPoint.slacks;
  const reached = reachedFrom(root, network.buses.length, branches);
  const netOf = new Int32Array(network.buses.length).fill(-1);
  let count = 0;
  reached.forEach((isReached, b) => {
    if (isReached) netOf[b] = count++;
  });
  const load_kW = new Float64Array(count);
  netOf.forEach((n, b) => {
    if (n >= 0) load_kW[n] = Math.max(0, -(operatingPoint.p_kW[b] ?? 0));
  });
  const kept = branches.filter(({ from }) => (netOf[from] ?? -1) >= 0);
  return {
    name: builtIn.name,
    root: netOf[root] ?? 0,
    load_kW,
    lines: Int32Array.from(kept.flatMap(({ from, to }) => [netOf[from] ?? -1, netOf[to] ?? -1])),
    capacity_kW: Float64Array.from(kept, ({ s_max_kVA }) => s_max_kVA),
  };
}

function reachedFrom(root: number, count: number, branches: readonly { readonly from: number; readonly to: number }[]): boolean[] {
  const isReached = Array.from({ length: count }, (_, b) => b === root);
  for (let isGrowing = true; isGrowing; ) {
    isGrowing = false;
    for (const { from, to } of branches) {
      if (isReached[from] === isReached[to]) continue;
      isReached[from] = true;
      isReached[to] = true;
      isGrowing = true;
    }
  }
  return isReached;
}
