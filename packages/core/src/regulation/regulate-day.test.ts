import { describe, expect, it } from 'vitest';
import { runInLoop } from '../agents/loop.ts';
import type { AgentId, Message, Observation, Outbox, Role } from '../agents/role.ts';
import { type Faults, noFaults, runInVirtualTime } from '../agents/virtual-time.ts';
import { Wiretap } from '../agents/wiretap.ts';
import { modulus } from '../base/fixed-point.ts';
import { randomStream } from '../base/random.ts';
import { evenDirections } from '../flexibility/directions.ts';
import { follow } from '../flexibility/follow.ts';
import { mul, sum } from '../problem/affine.ts';
import { declaration } from '../problem/declare.ts';
import { boxes } from './boxes.ts';
import type { Aggregation, ClusterSetup, RegulatedStep, RegulationSetup } from './contract.ts';
import { polygons } from './polygons.ts';
import { regulateDay, regulateDayOpenly } from './regulate-day.ts';
import { drawClusters, feederOf, steps_count } from './testing/small-feeder.ts';
import { StoreFollower } from './testing/store-follower.ts';

const ways: [string, Aggregation][] = [
  ['boxes', boxes()],
  ['polygons', polygons(evenDirections(12))],
];
const rough: Faults = { delay_min_s: 0.01, delay_mean_s: 0.2, loss_frac: 0.3, duplicate_frac: 0.1 };
const sizes = [5, 1, 8, 2];
const overNetwork = (faults: Faults, seed: number) => (roles: readonly Role[]) =>
  runInVirtualTime(roles, { faults, stream: randomStream(seed) });
const day = (aggregation: Aggregation, reach?: number) => feederOf(drawClusters(randomStream(3), sizes), aggregation, reach);
const byAgents = (aggregation: Aggregation, carry: (roles: readonly Role[]) => Promise<unknown>, seed = 1, reach?: number) =>
  regulateDay(day(aggregation, reach), { carry, stream: randomStream(seed), giveUp_count: 30 });

/** A member that falls silent for good when it is called to its n-th sum. */
function deafAfter(role: Role, calls_count: number): Role {
  let called_count = 0;
  let deaf = false;
  return {
    id: role.id,
    start: (out) => role.start(out),
    receive(from: AgentId, message: Message, out: Outbox) {
      if ((message.kind === 'ask' || message.kind === 'dispatch') && ++called_count > calls_count) deaf = true;
      if (!deaf) role.receive(from, message, out);
    },
    tick: (now_s, out) => !deaf && role.tick(now_s, out),
    get done() {
      return deaf || role.done;
    },
  };
}

describe.each(ways)('the day by agents with %s', (_, aggregation) => {
  it('has the bits of the day in the open: in a loop, in virtual time, and over a network that loses, delays, doubles and reorders', async () => {
    const open = regulateDayOpenly(day(aggregation));
    expect(open).toHaveLength(steps_count);
    expect(await byAgents(aggregation, (roles) => runInLoop(roles))).toEqual(open);
    expect(await byAgents(aggregation, overNetwork(noFaults, 1), 2)).toEqual(open);
    expect(await byAgents(aggregation, overNetwork(rough, 2), 3)).toEqual(open);
    expect(await byAgents(aggregation, overNetwork(rough, 5), 4)).toEqual(open);
  });

  it('delivers what the operator asked, to 1e-6 kW, and so the command, losses included', () => {
    for (const { command, measured, decomposition, delivered } of regulateDayOpenly(day(aggregation, 0.4))) {
      decomposition.targets.forEach((target, m) => {
        expect(Math.abs(delivered[m].p_kW - target.p_kW)).toBeLessThan(1e-6);
        expect(Math.abs(delivered[m].q_kvar - target.q_kvar)).toBeLessThan(1e-6);
      });
      if (decomposition.saturation) continue;
      expect(Math.abs(measured.p_pcc_kW - command.p_pcc_kW)).toBeLessThan(1e-5);
      expect(Math.abs(measured.q_pcc_kvar - command.q_pcc_kvar)).toBeLessThan(1e-5);
    }
    expect(regulateDayOpenly(day(aggregation, 0.4)).filter((step) => !step.decomposition.saturation).length).toBeGreaterThan(2);
  });

  it('carries state on: what was taken from a store is gone', () => {
    const clusters = drawClusters(randomStream(3), sizes);
    const followers = clusters.flatMap((cluster) => cluster.resources as StoreFollower[]);
    const before = followers.map((follower) => follower.e_kWh);
    const steps = regulateDayOpenly(feederOf(clusters, aggregation));
    followers.forEach((follower, l) => {
      const taken = steps.reduce((sum, step) => sum + step.injections.get(follower.id)!.p_kW, 0);
      expect(follower.e_kWh).toBeCloseTo(before[l] - taken, 6);
      expect(follower.step).toBe(steps_count);
    });
  });

  it('goes on without a resource that falls silent in the middle of a sum, and says so', async () => {
    for (const calls_count of [2, 3]) {
      const setup = day(aggregation);
      const steps = await regulateDay(setup, {
        carry: (roles) =>
          runInVirtualTime(
            roles.map((role) => (role.id === 'resource r0.2 of c0' ? deafAfter(role, calls_count) : role)),
            { faults: noFaults, stream: randomStream(1) },
          ),
        stream: randomStream(1),
        giveUp_count: 4,
      });
      expect(steps.map((step) => step.absent)).toEqual([[], ...Array.from({ length: steps_count - 1 }, () => ['r0.2'])]);
      for (const { step, delivered, injections } of steps) {
        const heard = [...injections].filter(([id]) => id.startsWith('r0.') && (step === 0 || id !== 'r0.2'));
        expect(delivered[0].p_kW).toBeCloseTo(
          heard.reduce((sum, [, point]) => sum + point.p_kW, 0),
          6,
        );
      }
      // Nobody injects twice because a sum was started again.
      for (const { resources } of setup.clusters) for (const { step } of resources) expect(step).toBe(steps_count);
      // It holds what it injected last, as far as its law lets it.
      expect(steps[1].injections.get('r0.2')).toBeDefined();
    }
  });

  it('takes one back that was only out of reach', async () => {
    let blocked_count = 0;
    const steps = await regulateDay(day(aggregation), {
      carry: (roles) =>
        runInVirtualTime(
          roles.map((role): Role => {
            if (role.id !== 'resource r0.2 of c0') return role;
            const reachable = (message: Message): boolean => !(message.round >= 3 && message.round <= 5 && ++blocked_count > 0);
            return {
              id: role.id,
              start: (out) => role.start(out),
              receive: (from, message, out) => void (reachable(message) && role.receive(from, message, out)),
              tick: (now_s, out) => role.tick(now_s, out),
              get done() {
                return role.done;
              },
            };
          }),
          { faults: noFaults, stream: randomStream(1) },
        ),
      stream: randomStream(1),
      giveUp_count: 4,
    });
    expect(blocked_count).toBeGreaterThan(0);
    expect(steps[1].absent).toEqual(['r0.2']);
    expect(steps[steps_count - 1].absent).toEqual([]);
  });

  it('lets clusters go their own way: messages of different clusters interleave', async () => {
    const order: string[] = [];
    await regulateDay(day(aggregation), {
      carry: (roles) =>
        runInVirtualTime(roles, {
          faults: { ...noFaults, delay_mean_s: 1 },
          stream: randomStream(9),
          observe: ({ to, message }: Observation) => void (message.kind === 'contribution' && message.round === 1 && order.push(to)),
        }),
      stream: randomStream(1),
    });
    const switches = order.filter((to, k) => k > 0 && to !== order[k - 1]).length;
    expect(switches).toBeGreaterThan(new Set(order).size - 1);
  });
});

describe('what crosses the wire', () => {
  const aggregation = polygons(evenDirections(8));
  const observed = async (clusters: readonly ClusterSetup[], seed: number): Promise<Observation[]> => {
    const seen: Observation[] = [];
    await regulateDay(feederOf(clusters, aggregation), {
      carry: (roles) => runInLoop(roles, { observe: (observation) => void seen.push(observation) }),
      stream: randomStream(seed),
    });
    return seen;
  };

  it('is sums, shares, masked vectors, targets and weights; no field is a limit, a state or a corner of one', async () => {
    const wiretap = new Wiretap((id) => id.split(' ')[0]);
    for (const observation of await observed(drawClusters(randomStream(3), sizes), 1)) wiretap.observe(observation);
    const rows = wiretap.traffic().map(({ from, to, kind, fields }) => `${from}→${to} ${kind}: ${fields.join(' ')}`);
    expect(rows.sort()).toEqual([
      'coordinator→operator characteristic: sum_kW absent_count',
      'coordinator→operator delivered: p_kW q_kvar absent_count',
      'coordinator→operator ended: ',
      'coordinator→resource ask: step members_count neighbours',
      'coordinator→resource dispatch: step members_count neighbours weights',
      'coordinator→resource end: ',
      'operator→coordinator end: ',
      'operator→coordinator open: ',
      'operator→coordinator target: p_kW q_kvar',
      'resource→coordinator contribution: masked',
      'resource→coordinator ended: ',
      'resource→resource share: mask',
    ]);
  });

  it('holds, in what a member sends, no number that it could be known by', async () => {
    const clusters = drawClusters(randomStream(3), [5, 8]);
    const secrets = clusters.flatMap(({ resources }) =>
      resources.flatMap((follower) => {
        const own = new Float64Array(aggregation.numbers_count);
        const { s_max_kVA, p_min_kW, p_max_kW } = follower.region();
        aggregation.measure(follower.region(), own, 0);
        return [s_max_kVA, p_min_kW, p_max_kW, (follower as StoreFollower).e_kWh, ...own].filter((value) => Math.abs(value) > 1e-6);
      }),
    );
    const near = secrets.map((value) => Math.round(Math.abs(value) * 1e6));
    const known = new Set(near);
    for (const { from, message } of await observed(clusters, 1)) {
      if (!from.startsWith('resource')) continue;
      for (const value of Object.values(message.body)) {
        const numbers = typeof value === 'number' ? [value] : value instanceof Float64Array ? [...value] : [];
        for (const number of numbers) {
          for (const scale of [1, 2 ** -30]) {
            const seen = Math.round(Math.abs(number) * scale * 1e6);
            if (seen > 1) expect(known.has(seen), `${message.kind} ${number}`).toBe(false);
          }
        }
      }
    }
  });

  it('masks evenly: whatever the member owns, its contributions fall into sixteen bins alike (χ² at 0.1 %)', async () => {
    for (const scale of [1, 500]) {
      const counts = new Float64Array(16);
      for (let seed = 0; seed < 40; seed++) {
        const cluster: ClusterSetup = {
          id: 'c',
          resources: [scale, 40, 70].map(
            (s, l) => new StoreFollower(`r${l}`, { s_max_kVA: s, p_min_kW: -s, p_max_kW: s, e_kWh: 1e5, e_max_kWh: 2e5, steps_count }),
          ),
        };
        for (const { from, message } of await observed([cluster], seed)) {
          if (!from.startsWith('resource r0 ') || message.kind !== 'contribution') continue;
          for (const value of message.body['masked'] as Float64Array) counts[Math.floor((16 * value) / modulus)]++;
        }
      }
      const n = counts.reduce((sum, count) => sum + count, 0);
      let chi2 = 0;
      for (const count of counts) chi2 += (count - n / 16) ** 2 / (n / 16);
      expect(n).toBe(40 * steps_count * (aggregation.numbers_count + 2));
      expect(chi2).toBeLessThan(37.7); // 99.9 % quantile with 15 degrees of freedom
    }
  });

  it('changes by the mask alone: under one seed the same masks cover other values', async () => {
    const contributions = async (s_max_kVA: number): Promise<number[]> => {
      const cluster: ClusterSetup = {
        id: 'c',
        resources: [s_max_kVA, 40, 70].map(
          (s, l) => new StoreFollower(`r${l}`, { s_max_kVA: s, p_min_kW: -s, p_max_kW: s, e_kWh: 1e5, e_max_kWh: 2e5, steps_count }),
        ),
      };
      const seen = await observed([cluster], 7);
      return seen
        .filter(({ from, message }) => from === 'resource r0 of c' && message.kind === 'contribution' && message.round === 1)
        .flatMap(({ message }) => [...(message.body['masked'] as Float64Array)]);
    };
    const [small, large] = [await contributions(10), await contributions(25)];
    // Corner 0 is (s, 0): the difference is 15 kW in quanta, whatever the mask.
    const difference = (((large[0] - small[0]) % modulus) + modulus) % modulus;
    expect(difference).toBe(15 * 2 ** 30);
    expect(large[1]).toBe(small[1]);
  });
});

describe('owners', () => {
  it('are one agent each: they add up in the open, and nothing else changes', async () => {
    const aggregation = polygons(evenDirections(8));
    const alone = regulateDayOpenly(feederOf(drawClusters(randomStream(3), [6, 5]), aggregation));
    const owned = drawClusters(randomStream(3), [6, 5]).map((cluster) => ({
      ...cluster,
      owners: cluster.resources.map((__, l) => `o${l % 2}`),
    }));
    let resources_count = 0;
    const steps: readonly RegulatedStep[] = await regulateDay(feederOf(owned, aggregation), {
      carry: (roles) => {
        resources_count = roles.filter(({ id }) => id.startsWith('resource')).length;
        return runInLoop(roles);
      },
      stream: randomStream(1),
    });
    expect(resources_count).toBe(4);
    for (const { step, injections } of steps) {
      for (const [id, { p_kW, q_kvar }] of injections) {
        expect(Math.abs(p_kW - alone[step].injections.get(id)!.p_kW)).toBeLessThan(1e-6);
        expect(Math.abs(q_kvar - alone[step].injections.get(id)!.q_kvar)).toBeLessThan(1e-6);
      }
    }
  });
});

describe('declared laws', () => {
  it('are regulated like any other: a battery that must end half full does so, whatever the commands', async () => {
    const aggregation = polygons(evenDirections(8));
    const grid = { dt_h: 1, steps_count };
    const clusters = (): ClusterSetup[] => [
      {
        id: 'c',
        resources: [
          follow(
            'battery',
            declaration(grid, (m) => {
              const charge = m.input('p_charge_kW', 0, 50);
              const discharge = m.input('p_discharge_kW', 0, 50);
              const stored = m.state('e_kWh', 0, 100, 50);
              m.rate(stored, sum(mul(0.9, charge), mul(-1 / 0.9, discharge)));
              m.inject(sum(discharge, mul(-1, charge)));
              m.exclusive(charge, discharge);
              m.atEndOf(steps_count - 1, stored, 50, 100);
            }),
          ),
          follow(
            'sun',
            declaration(grid, (m) => {
              const p = m.input('p_kW', 0, 60);
              const q = m.input('q_kvar', -80, 80);
              m.inject(p);
              m.injectReactive(q);
              m.capability(p, q, 80);
            }),
          ),
        ],
      },
    ];
    const asked = clusters();
    // The grid asks for as much as there is, on every step.
    const greedy = (inside: readonly ClusterSetup[]): RegulationSetup => {
      const setup = feederOf(inside, aggregation);
      return { ...setup, grid: { ...setup.grid, command: () => ({ p_pcc_kW: -1000, q_pcc_kvar: 150 }) } };
    };
    const steps = await regulateDay(greedy(asked), { carry: (roles) => runInLoop(roles), stream: randomStream(1) });
    expect(steps).toEqual(regulateDayOpenly(greedy(clusters())));
    expect(steps.every((step) => step.decomposition.saturation !== undefined)).toBe(true);
    const [battery] = asked[0].resources;
    expect(battery.state().get('e_kWh')).toBeGreaterThanOrEqual(50 - 1e-6);
    expect(battery.state().get('e_kWh')).toBeLessThan(50.1);
    // It could only give what it can take back: 45 kWh of the 50 at 90 %.
    expect(steps[0].injections.get('battery')!.p_kW).toBeCloseTo(45, 6);
  });
});

describe('bad input', () => {
  const aggregation = boxes();
  const [cluster] = drawClusters(randomStream(1), [2]);
  it.each([
    ['REGULATION_NO_CLUSTER', []],
    ['REGULATION_EMPTY_CLUSTER', [cluster, { id: 'nobody', resources: [] }]],
    ['REGULATION_TWICE', [cluster, { ...cluster, id: 'again' }]],
  ])('%s', (code, clusters) => {
    expect(() => regulateDayOpenly(feederOf(clusters, aggregation))).toThrow(expect.objectContaining({ code }));
  });

  it('REGULATION_TOO_LARGE: what a masked sum cannot hold', async () => {
    const giant = new StoreFollower('giant', { s_max_kVA: 3e6, p_min_kW: 0, p_max_kW: 3e6, e_kWh: 1e9, e_max_kWh: 2e9, steps_count });
    const run = regulateDay(feederOf([{ id: 'c', resources: [giant] }], aggregation), {
      carry: (roles) => runInLoop(roles),
      stream: randomStream(1),
    });
    await expect(run).rejects.toMatchObject({ code: 'REGULATION_TOO_LARGE' });
  });
});
