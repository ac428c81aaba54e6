import type { PowerRegion } from '../../../flexibility/region.ts';
import type { Case } from '../../../network/network.ts';
import { ieee33 } from '../../../networks/ieee33/network.ts';
import { readBuiltIn } from '../../../networks/read-built-in.ts';
import type { RegulatedDay, RegulatedFeeder, RegulatedStep } from '../question.ts';

/** p between limits, inside a circle. */
export const box = (p_min_kW: number, p_max_kW: number, s_max_kVA: number): PowerRegion => ({
  halfPlanes: [
    { a: 1, b: 0, c_kVA: p_max_kW },
    { a: -1, b: 0, c_kVA: -p_min_kW },
  ],
  s_max_kVA,
  p_min_kW,
  p_max_kW,
});

/** Bus, rating and kind of the eleven agents of Jia et al., Electronics 14(7), 1306 (2025), section 5. */
const agents = [
  ['6', 100, 'storage'],
  ['9', 150, 'sun'],
  ['12', 100, 'wind'],
  ['13', 150, 'sun'],
  ['18', 100, 'water'],
  ['21', 150, 'sun'],
  ['22', 150, 'sun'],
  ['23', 100, 'wind'],
  ['25', 100, 'car'],
  ['30', 100, 'car'],
  ['33', 100, 'wind'],
] as const;

/** A day of our own making: the paper prints neither profiles nor commands. */
function regionOf(s: number, kind: (typeof agents)[number][2], t: number): PowerRegion {
  if (kind === 'storage') return box(-s, s, s);
  if (kind === 'sun') return box(0, s * Math.max(0, Math.sin((Math.PI * (t - 6)) / 12)), s);
  if (kind === 'wind') return box(0, s * (0.5 + 0.2 * Math.cos((Math.PI * t) / 12)), s);
  if (kind === 'water') return box(0, 0.8 * s, s);
  return box(t >= 18 && t < 23 ? -0.9 * s : -0.2 * s, 0, s);
}

export const regionsAt = (t: number): PowerRegion[] => agents.map(([, s, kind]) => regionOf(s, kind, t));

const loadShare = (t: number): number => 0.8 + 0.2 * Math.sin((Math.PI * (t - 9)) / 12);

export interface AgentsGiven {
  readonly v_min_pu?: number;
  readonly rating_kVA?: number;
}

/** IEEE 33 with eleven agents; the rating, when given, is that of its first branch. */
export function feederOfAgents({ v_min_pu = 0.9, rating_kVA = Infinity }: AgentsGiven = {}): RegulatedFeeder {
  const { network, operatingPoint } = readBuiltIn(ieee33);
  return {
    network: {
      ...network,
      buses: network.buses.map((bus) => ({ ...bus, v_min_pu })),
      branches: network.branches.map((branch, l) => (l === 0 ? { ...branch, s_max_kVA: rating_kVA } : branch)),
    },
    slack: operatingPoint.slacks[0],
    v_slack_pu: 1,
    resources: agents.map(([id, , kind]) => ({ id: `${kind} ${id}`, bus: network.buses.findIndex((bus) => bus.id === id) })),
  };
}

export function stepOfAgents(t: number): RegulatedStep {
  const { operatingPoint } = readBuiltIn(ieee33);
  const share = loadShare(t);
  return {
    p_fixed_kW: operatingPoint.p_kW.map((p) => p * share),
    q_fixed_kvar: operatingPoint.q_kvar.map((q) => q * share),
    regions: regionsAt(t),
  };
}

/** Commands of `commandAt`, regions of the hour whatever was granted. */
export function dayOfAgents(commandAt: (t: number) => RegulatedDay['commands'][number]): RegulatedDay {
  const steps = Array.from({ length: 24 }, (_, t) => stepOfAgents(t));
  return {
    steps_count: 24,
    p_fixed_kW: Float64Array.from(steps.flatMap(({ p_fixed_kW }) => [...p_fixed_kW])),
    q_fixed_kvar: Float64Array.from(steps.flatMap(({ q_fixed_kvar }) => [...q_fixed_kvar])),
    commands: steps.map((_, t) => commandAt(t)),
    regionsAt,
  };
}

/** The question of one step as a case of optimal power flow: resources with p from 0 up, what they cost is the caller's. */
export function caseOf({ network, slack, resources }: RegulatedFeeder, { p_fixed_kW, q_fixed_kvar, regions }: RegulatedStep): Case {
  const nB = network.buses.length;
  const unit = { p_kW: 0, q_kvar: 0, v_set_pu: 1, holdsVoltage: false, inService: true };
  return {
    network: { ...network, buses: network.buses.map((bus, b) => (b === slack ? { ...bus, v_min_pu: 1, v_max_pu: 1 } : bus)) },
    operatingPoint: {
      p_kW: p_fixed_kW,
      q_kvar: q_fixed_kvar,
      generators: [
        { ...unit, id: 'pcc', bus: slack, p_min_kW: -1e5, p_max_kW: 1e5, q_min_kvar: -1e5, q_max_kvar: 1e5, holdsVoltage: true },
        ...resources.map(({ id, bus }, d) => {
          const { p_min_kW, p_max_kW, s_max_kVA } = regions[d];
          const q_kvar = Math.sqrt(s_max_kVA ** 2 - Math.max(p_min_kW ** 2, p_max_kW ** 2));
          return { ...unit, id, bus, p_min_kW, p_max_kW, q_min_kvar: -q_kvar, q_max_kvar: q_kvar };
        }),
      ],
      slacks: [slack],
      v_start_pu: new Float64Array(nB).fill(1),
      angle_start_deg: new Float64Array(nB),
      isolated: [],
    },
    dropped: [],
    warnings: [],
  };
}
