import type { PowerFlowMethod } from './contract.ts';
import { firstOf } from './first-of.ts';
import { newton } from './newton/newton.ts';
import { radialSweep } from './radial-sweep/radial-sweep.ts';

/** The sweep where the network is radial, Newton where it is not or where the sweep gives up. */
export const auto: PowerFlowMethod = firstOf([radialSweep, newton]);
