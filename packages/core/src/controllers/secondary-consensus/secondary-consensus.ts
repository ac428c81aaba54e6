import type { Controller } from '../contract.ts';
import { dapi } from './dapi.ts';
import { leaderFollower } from './leader-follower.ts';
import { meanVoltage } from './mean-voltage.ts';

/** Three laws of secondary control; the first is the one to take. */
// biome-ignore lint/suspicious/noExplicitAny: each law has a table of its own
export const secondaryConsensus: readonly Controller<any>[] = [meanVoltage, leaderFollower, dapi];
