import { buildHeard, type Law, stepLaw } from '../contract.ts';
import type { Graph } from '../graph.ts';

export interface LockstepOptions {
  readonly period_s: number;
  readonly acts_count: number;
  /** States to begin at, per agent. */
  readonly start: readonly (readonly number[])[];
  /** What an agent measures at its act; default nothing. */
  measureInto?(agent: number, act: number, y: Float64Array, states: readonly Float64Array[]): void;
  /** Looks at all after every act. */
  look?(act: number, states: readonly Float64Array[]): void;
  /** Whoever hears somebody at an act asks again whether it is due, at most so many times; default 0. */
  readonly rounds_count?: number;
  /** Says something else than its law. */
  lie?(agent: number, act: number, said: Float64Array): void;
}

export interface Lockstep {
  readonly states: readonly Float64Array[];
  /** How often each agent spoke, without its first words. */
  readonly events: readonly number[];
  /** Acts at which each spoke. */
  readonly acts: readonly (readonly number[])[];
}

/** Laws on a graph acting all at once, without plant and network: words arrive before the next act. */
export function runLockstep(laws: readonly Law[], { adjacency }: Graph, options: LockstepOptions): Lockstep {
  const { period_s, acts_count, start, rounds_count = 0 } = options;
  const n = laws.length;
  const agents = laws.map((law, i) => {
    const neighbours = laws.map((_, j) => j).filter((j) => adjacency[i * n + j] > 0);
    const heard = buildHeard(neighbours.length, law.says.length);
    neighbours.forEach((j, k) => {
      heard.weights[k] = adjacency[i * n + j];
    });
    const y = new Float64Array(law.measures.length);
    return { law, neighbours, heard, y, x: Float64Array.from(start[i]), said: new Float64Array(law.says.length), acts: [] as number[] };
  });
  const states = agents.map(({ x }) => x);
  const saidAt = new Float64Array(n);
  const speak = (due: readonly boolean[], act: number): void => {
    agents.forEach(({ said, acts }, i) => {
      if (!due[i]) return;
      acts.push(act);
      saidAt[i] = act;
      options.lie?.(i, act, said);
    });
    for (const [i, { neighbours, heard, said, law }] of agents.entries()) {
      if (due[i]) heard.own.set(said);
      neighbours.forEach((j, k) => {
        if (due[j]) heard.values.set(agents[j].said, k * law.says.length);
        heard.ages_s[k] = (act - saidAt[j]) * period_s;
      });
      heard.ages_s[neighbours.length] = (act - saidAt[i]) * period_s;
    }
  };
  for (let act = 0; act <= acts_count; act++) {
    agents.forEach((agent, i) => {
      const { law, heard, neighbours, y, x } = agent;
      options.measureInto?.(i, act, y, states);
      if (act === 0) return;
      neighbours.forEach((j, k) => {
        heard.ages_s[k] = (act - saidAt[j]) * period_s;
      });
      heard.ages_s[neighbours.length] = (act - saidAt[i]) * period_s;
      const next = new Float64Array(x.length);
      stepLaw(law, x, y, heard, period_s, next);
      x.set(next);
    });
    for (let round = 0; round <= rounds_count; round++) {
      const due = agents.map(({ law, x, y, heard, said }) => {
        law.sayInto(x, y, said, heard);
        return act === 0 ? round === 0 : (law.isDue?.(x, y, heard) ?? round === 0);
      });
      if (!due.includes(true)) break;
      speak(due, act);
    }
    options.look?.(act, states);
  }
  return { states, events: agents.map(({ acts }) => acts.length - 1), acts: agents.map(({ acts }) => acts) };
}
