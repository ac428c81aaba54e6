import type { RandomStream } from '../../base/random.ts';
import type { Alteration, DelayLaw, Fault, FaultKind, FaultScript, Names } from '../faults/script.ts';
import type { AgentId } from '../role.ts';

/** What random scripts are made of. */
export interface DrawOptions {
  readonly agents: readonly AgentId[];
  /** Kinds to draw from, each as likely as the others. */
  readonly kinds: readonly FaultKind[];
  readonly faults_max_count: number;
  /** How long a run takes when nothing goes wrong: times are drawn up to a few times this. */
  readonly horizon_s: number;
}

const laws: readonly DelayLaw[] = ['constant', 'uniform', 'exponential', 'log-normal', 'pareto'];
const ways: readonly Alteration[] = ['bit-flip', 'nan', 'scale', 'stale', 'wrong-length', 'wrong-field', 'wrong-round'];

/** A random script: from none to the most faults, mild ones and harsh ones, everywhere or on a few links, for ever or for a while. */
export function drawScript(stream: RandomStream, options: DrawOptions): FaultScript {
  const count = stream.index(options.faults_max_count + 1);
  return { faults: Array.from({ length: count }, (_, luck) => ({ ...drawFault(stream, options), luck })) };
}

function drawFault(stream: RandomStream, { agents, kinds, horizon_s }: DrawOptions): Fault {
  const one = <T>(among: readonly T[]): T => among[stream.index(among.length)];
  const some = (): AgentId[] => {
    const first = one(agents);
    return [first, ...agents.filter((id) => id !== first && stream.uniform() < 0.3)].slice(0, 3);
  };
  const link = (): { from?: Names; to?: Names } => {
    const luck = stream.uniform();
    if (luck < 0.5) return {};
    if (luck < 0.75) return { from: one(agents) };
    return { to: one(agents) };
  };
  const span = (): { after_s?: number; until_s?: number } => {
    if (stream.uniform() < 0.5) return {};
    const after_s = tidy(stream.between(0, horizon_s));
    return { after_s, until_s: tidy(after_s + 0.01 + stream.exponential(horizon_s)) };
  };
  const onMessages = () => ({ ...link(), ...span() });
  /** Small more often than large. */
  const chance = (most: number): number => tidy(most * stream.uniform() ** 2);
  const kind = one(kinds);
  switch (kind) {
    case 'delay': {
      const law = one(laws);
      return { fault: kind, law, min_s: tidy(stream.between(0, 0.1)), mean_s: tidy(stream.exponential(0.2)), ...onMessages() };
    }
    case 'loss':
      return { fault: kind, loss_frac: chance(0.5), ...onMessages() };
    case 'burst-loss':
      return { fault: kind, begins_frac: chance(0.2), ends_frac: tidy(stream.between(0.1, 1)), ...onMessages() };
    case 'duplicate':
      return { fault: kind, duplicate_frac: chance(1), copies_count: 1 + stream.index(4), ...onMessages() };
    case 'reorder':
      return { fault: kind, reorder_frac: chance(1), hold_s: tidy(stream.exponential(2)), ...onMessages() };
    case 'partition': {
      const after_s = tidy(stream.between(0, horizon_s));
      return { fault: kind, agents: some(), after_s, until_s: tidy(after_s + 0.01 + stream.exponential(2 * horizon_s)) };
    }
    case 'clock':
      return { fault: kind, agents: some(), skew_s: tidy(stream.normal(0, 100)), drift_frac: tidy(stream.between(-0.5, 1)) };
    case 'crash':
      return {
        fault: kind,
        agents: one(agents),
        at_s: tidy(stream.between(0, horizon_s)),
        restart_s: tidy(stream.exponential(horizon_s / 2)),
        moment: one(['between', 'unsaved', 'unsent'] as const),
      };
    case 'alter':
      return { fault: kind, alter_frac: chance(1), how: one(ways), factor: one([-1, 0, 0.5, 10, 1e6]), ...onMessages() };
    case 'replay':
      return { fault: kind, replay_frac: chance(1), memory_count: 1 + stream.index(20), ...onMessages() };
    case 'forge':
      return { fault: kind, forge_frac: chance(0.5), as: one(agents), ...onMessages() };
    case 'flood': {
      const after_s = tidy(stream.between(0, horizon_s));
      const every_s = tidy(stream.between(0.02, 0.5));
      return {
        fault: kind,
        agents: one(agents),
        to: one(agents),
        every_s,
        after_s,
        until_s: tidy(after_s + 50 * every_s * stream.uniform() + 0.01),
      };
    }
  }
}

/** Three digits: enough for chance, and a script that can be read. */
const tidy = (value: number): number => Number(value.toPrecision(3));
