import type { TerminalLimits } from '@gridflock/core';
import type { Enrolment } from './enrolment.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * A file of agents in which whoever adds up what terminals say (`terms.terminals` of an agent) holds each to its enrolled limits. What the
 * file itself says of limits holds too: the narrower of both.
 */
export function withEnrolledLimits(document: Json, { agents }: Enrolment): Json {
  const held = (terminal: Json): Json => {
    const enrolled = agents.get(String(terminal['id']))?.limits;
    return enrolled === undefined
      ? terminal
      : { ...terminal, limits: narrower(enrolled, terminal['limits'] as TerminalLimits | undefined) };
  };
  /** Where a net hears a crowd as one, what all of its members may say together; nothing where one of them has no limit. */
  const crowdOf = (entry: Json): TerminalLimits | undefined => {
    const crowds: unknown = entry['crowds'];
    const members: unknown = Array.isArray(crowds) ? crowds.find((crowd: Json) => crowd?.['net'] === entry['id'])?.members : undefined;
    if (!Array.isArray(members)) return undefined;
    const limits = members.map((id) => agents.get(String(id))?.limits);
    return limits.every((each) => each !== undefined) ? sumOf(limits) : undefined;
  };
  const heldIn = (entry: Json, terminal: Json): Json => {
    const crowd = crowdOf(entry);
    return crowd === undefined
      ? held(terminal)
      : { ...terminal, limits: narrower(crowd, terminal['limits'] as TerminalLimits | undefined) };
  };
  const entries = document['agents'];
  if (!Array.isArray(entries)) return document;
  return {
    ...document,
    agents: entries.map((entry: Json) => {
      const terms = entry?.['terms'] as Json | undefined;
      const terminals = terms?.['terminals'];
      return Array.isArray(terminals)
        ? { ...entry, terms: { ...terms, terminals: terminals.map((terminal: Json) => heldIn(entry, terminal)) } }
        : entry;
    }),
  };
}

const sumOf = (all: readonly TerminalLimits[]): TerminalLimits => ({
  p_min_kW: all.reduce((sum, { p_min_kW }) => sum + p_min_kW, 0),
  p_max_kW: all.reduce((sum, { p_max_kW }) => sum + p_max_kW, 0),
  q_max_kvar: all.reduce((sum, { q_max_kvar }) => sum + q_max_kvar, 0),
});

const narrower = (one: TerminalLimits, other: TerminalLimits | undefined): TerminalLimits =>
  other === undefined
    ? one
    : {
        p_min_kW: Math.max(one.p_min_kW, other.p_min_kW),
        p_max_kW: Math.min(one.p_max_kW, other.p_max_kW),
        q_max_kvar: Math.min(one.q_max_kvar, other.q_max_kvar),
      };
