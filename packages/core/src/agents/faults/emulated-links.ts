import { InputError } from '../../base/errors.ts';
import { randomStream } from '../../base/random.ts';
import type { AgentId, Message } from '../role.ts';
import { Links } from '../virtual/links.ts';
import { Luck } from '../virtual/luck.ts';
import { Passage } from './link-rules.ts';
import type { FaultKind, FaultScript } from './script.ts';

/** Faults that a real link can be given: what is said arrives late, never or twice, as it was said. */
const onLinks: readonly FaultKind[] = ['delay', 'loss', 'burst-loss', 'duplicate', 'reorder', 'partition'];

/** The seed of links in a world whose seed is this one; links of a live run with the same seed have the same luck. */
export const seedOfLinks = (seed: number): number =>
  randomStream(seed)
    .split('network')
    .index(2 ** 32);

/**
 * The links of a simulated network, for a run on a real one. What becomes of the k-th message from a to b depends on the seed, on a, b and k, so every process can
 * know it for what its own agents say.
 */
export class EmulatedLinks {
  private readonly links: Links;
  private readonly places: ReadonlyMap<AgentId, number>;
  private readonly passage = new Passage();
  private readonly luck = new Luck();

  /**
   * @param agents - everybody of the run, in the same order in every process
   * @throws {InputError} FAULTS_NOT_LIVE
   */
  constructor(script: FaultScript, agents: readonly AgentId[], seed: number, where = 'links') {
    script.faults.forEach(({ fault }, n) => {
      if (onLinks.includes(fault)) return;
      throw new InputError({
        code: 'FAULTS_NOT_LIVE',
        message: `A link of a live run cannot have the fault "${fault}"`,
        where: `${where}[${n}].fault`,
        hint: `It can have: ${onLinks.join(', ')}. The others need virtual time.`,
      });
    });
    this.links = new Links(agents, script, seedOfLinks(seed));
    this.places = new Map(agents.map((id, k) => [id, k]));
  }

  /**
   * After how long a message arrives, once per arrival; empty when it is lost. Messages from or to somebody who is not of the run arrive at once.
   * @param now_s - since the run began, for faults that begin and end
   */
  delaysOf(from: AgentId, to: AgentId, message: Message, now_s: number): readonly number[] {
    const [sender, receiver] = [this.places.get(from), this.places.get(to)];
    if (sender === undefined || receiver === undefined) return [0];
    const { links, passage, luck } = this;
    const row = links.row(sender, receiver);
    const k = links.pairs.sent_count(row);
    links.pairs.say(row, message);
    const { rules } = links.plan(row);
    passage.begin(row, sender, now_s, message, undefined);
    let hasEntered = false;
    for (const rule of rules) {
      if (!hasEntered && !rule.isEarly) hasEntered = this.enter(sender);
      if (now_s < rule.after_s || now_s >= rule.until_s || !rule.meetsKind(message.kind)) continue;
      luck.begin(links.pairs.luck0(row), links.pairs.luck1(row), k, rule.luck);
      rule.apply(passage, luck);
    }
    if (!hasEntered) this.enter(sender);
    return passage.delays_s.slice(0, passage.arrivals_count);
  }

  private enter(sender: number): true {
    const { passage } = this;
    if (!passage.isLost) passage.arrive(sender, passage.message);
    return true;
  }
}
