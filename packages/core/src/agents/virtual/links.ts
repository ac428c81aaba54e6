import { type LinkRule, linkRulesOf } from '../faults/link-rules.ts';
import type { FaultScript } from '../faults/script.ts';
import type { AgentId } from '../role.ts';
import { luckOfPair } from './luck.ts';
import { PairTable } from './pair-table.ts';

/** Faults that meet one pair of agents, in the order in which they do. */
export interface Plan {
  readonly rules: readonly LinkRule[];
  readonly cuts: readonly LinkRule[];
}

/** The plan of a pair that no fault meets. */
export const calm: Plan = { rules: [], cuts: [] };

/** Pairs of agents that have talked, and which faults meet them. Pairs that the same faults meet share a plan. */
export class Links {
  readonly pairs: PairTable;
  private readonly agents: readonly AgentId[];
  private readonly seed: number;
  private readonly rules: readonly LinkRule[];
  private readonly plans: Plan[] = [calm];
  private readonly planNumbers = new Map<string, number>([['', 0]]);

  constructor(agents: readonly AgentId[], script: FaultScript, seed: number) {
    this.agents = agents;
    this.seed = seed;
    this.rules = linkRulesOf(script, agents);
    this.pairs = new PairTable(script.faults.some(({ fault }) => fault === 'flood' || fault === 'alter'));
  }

  /** The row of a pair; a new one where it has not talked before. */
  row(from: number, to: number): number {
    const { pairs, rules } = this;
    const found = pairs.find(from, to);
    if (found >= 0) return found;
    if (rules.length === 0) return pairs.add(from, to, 0, [0, 0]);
    const [sender, receiver] = [this.agents[from], this.agents[to]];
    const met = rules.filter((rule) => rule.meetsPair(sender, receiver));
    const key = met.map((rule) => rules.indexOf(rule)).join();
    let plan = this.planNumbers.get(key);
    if (plan === undefined) {
      plan = this.plans.push({ rules: met, cuts: met.filter((rule) => rule.kind === 'partition') }) - 1;
      this.planNumbers.set(key, plan);
    }
    return pairs.add(from, to, plan, luckOfPair(sender, receiver, this.seed));
  }

  plan(row: number): Plan {
    return this.rules.length === 0 ? calm : this.plans[this.pairs.plan(row)];
  }

  /** Is the pair on two sides of a partition now? */
  isCut(row: number, now_s: number): boolean {
    if (this.rules.length === 0) return false;
    return this.plan(row).cuts.some(({ after_s, until_s }) => now_s >= after_s && now_s < until_s);
  }

  ends(row: number): { readonly from: AgentId; readonly to: AgentId } {
    return { from: this.agents[this.pairs.from(row)], to: this.agents[this.pairs.to(row)] };
  }
}
