import type { Device } from '../../devices/contract.ts';
import { follow } from '../../flexibility/follow.ts';
import type { Follower } from '../../flexibility/follower.ts';
import type { PowerRegion } from '../../flexibility/region.ts';
import type { BusIndex } from '../../network/network.ts';
import { declaration } from '../../problem/declare.ts';
import type { ReadySolver } from '../../solvers/contract.ts';
import type { MarketOutcome } from './market/contract.ts';
import { type ActivePlan, followPlan } from './planned-follower.ts';
import type { Prepared } from './prepare.ts';

/** A resource that regulates, and its follower at the start of the horizon; copy it before it is moved. */
export interface Player {
  readonly id: string;
  readonly bus: BusIndex;
  readonly device: Device;
  readonly portfolio?: string | undefined;
  readonly follower: Follower;
  /** What it has sold, where it trades. */
  readonly plan?: ActivePlan | undefined;
}

/** Who regulates without the market: the devices of the study, each within its own law. */
export function playersAlone(prepared: Prepared, solver: ReadySolver): Player[] {
  return prepared.devices.map((device) => playerOf(device, prepared, solver));
}

/** Who regulates under the market: sources give what is left after charging, storages run as they have sold. */
export function playersInMarket(prepared: Prepared, { trades }: MarketOutcome, solver: ReadySolver): Player[] {
  const plans = new Map<string, { readonly portfolio: string; readonly plan: ActivePlan }>();
  for (const trade of trades) {
    for (const { id, p_left_kW } of trade.sources) {
      plans.set(id, { portfolio: trade.id, plan: { p_low_kW: p_left_kW.map(() => Number.NEGATIVE_INFINITY), p_high_kW: p_left_kW } });
    }
    // Charging is bought or taken from the portfolio's own sources, so it is firm; what is discharged may be called or not.
    const firm_kW = trade.p_charge_kW.map((p_kW) => -p_kW);
    plans.set(trade.storage, {
      portfolio: trade.id,
      plan: { p_low_kW: firm_kW, p_high_kW: firm_kW.map((low_kW, t) => (low_kW < 0 ? low_kW : trade.p_discharge_kW[t])) },
    });
  }
  return [...prepared.devices, ...prepared.added.map(({ device }) => device)].map((device): Player => {
    const player = playerOf(device, prepared, solver);
    const sold = plans.get(device.id);
    if (!sold) return player;
    return { ...player, ...sold, follower: followPlan(player.follower, sold.plan) };
  });
}

function playerOf(device: Device, { grid, busOf }: Prepared, solver: ReadySolver): Player {
  const declared = declaration(grid, (m) => device.kind.declare(m, device.values));
  return { id: device.id, bus: busOf.get(device.bus)!, device, follower: follow(device.id, declared, { solver }) };
}

/** What a device gives on every step when it always gives all it can. */
export function availableOf(player: Player): number[] {
  const follower = player.follower.copy();
  const p_kW: number[] = [];
  while (follower.step < follower.steps_count) {
    const { p_max_kW } = follower.region();
    p_kW.push(Math.max(0, follower.advance({ p_kW: p_max_kW, q_kvar: 0 }).p_kW));
  }
  return p_kW;
}

/**
 * Regions on every step when nobody regulates: stores rest or keep to their plan, what must run runs.
 * @returns [step][player], and the followers at each step
 */
export function undisturbed(players: readonly Player[], steps_count: number): { regions: PowerRegion[]; followers: Follower[] }[] {
  const followers = players.map(({ follower }) => follower.copy());
  return Array.from({ length: steps_count }, (_, t) => {
    const step = { regions: followers.map((each) => each.region()), followers: followers.map((each) => each.copy()) };
    followers.forEach((each, k) => {
      const { plan } = players[k];
      each.advance({ p_kW: plan === undefined || plan.p_high_kW[t] === Number.POSITIVE_INFINITY ? 0 : plan.p_high_kW[t], q_kvar: 0 });
    });
    return step;
  });
}
