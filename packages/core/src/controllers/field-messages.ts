import type { Shapes } from '../agents/shapes.ts';

/**
 * What crosses the wire between a plant and the agents that command its devices. Every message holds all that is needed to use it, so a lost or late one
 * costs freshness and no more; `round` orders those of one kind from one sender.
 *
 * | kind | says | round | body |
 * |---|---|---|---|
 * | `measured` | plant → agent | measurements so far | `values` that the law measures, `commands` in force at the device, `fallbacks`: how often it went back to its droop, `acts`: number after the last act that was heard |
 * | `commanded` | agent → plant | acts so far | `values` that the law commands, `changes` that it has taken up |
 * | `change` | plant → agent | number of the change, from 1 | a parameter of its law takes a `value` |
 * | `end` | plant → agent | 0 | nothing more is to be done |
 */
export const measuredKind = 'measured';
export const commandedKind = 'commanded';
export const changeKind = 'change';
export const endKind = 'end';

/** What an agent takes from the plant. */
export const fromPlant = (measures_count: number, commands_count: number): Shapes => ({
  [measuredKind]: { values: measures_count, commands: commands_count, fallbacks: 'count', acts: 'count' },
  [changeKind]: { name: 'text', value: 'number' },
  [endKind]: {},
});

/** What a plant takes from an agent. */
export const fromAgent = (commands_count: number): Shapes => ({
  [commandedKind]: { values: commands_count, changes: 'count' },
});
