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
  const entries = document['agents'];
  if (!Array.isArray(entries)) return document;
  return {
    ...document,
    agents: entries.map((entry: Json) => {
      const terms = entry?.['terms'] as Json | undefined;
      const terminals = terms?.['terminals'];
      return Array.isArray(terminals) ? { ...entry, terms: { ...terms, terminals: terminals.map(held) } } : entry;
    }),
  };
}

const narrower = (one: TerminalLimits, other: TerminalLimits | undefined): TerminalLimits =>
  other === undefined
    ? one
    : {
        p_min_kW: Math.max(one.p_min_kW, other.p_min_kW),
        p_max_kW: Math.min(one.p_max_kW, other.p_max_kW),
        q_max_kvar: Math.min(one.q_max_kvar, other.q_max_kvar),
      };
