import { type AgentId, TransportError } from '@gridflock/core';

/** How a run ends that does not go on: who is missing, who waits for whom, and what to do. */
export const unknownAgent = (id: AgentId): TransportError =>
  new TransportError({ code: 'AGENT_UNKNOWN', message: `A message is addressed to "${id}", which no agent answers to` });

export const stuck = (whoWaits: string): TransportError =>
  new TransportError({
    code: 'AGENTS_STUCK',
    message: `No message is under way, nobody has asked to be woken, and agents are not done. ${whoWaits}`,
  });

export const absent = (run: string, silence_s: number, ids: readonly AgentId[]): TransportError =>
  new TransportError({
    code: 'AGENTS_ABSENT',
    message: `After ${silence_s} s ${ids.length} agents have not come: ${listed(ids)}`,
    where: `run ${run}`,
    hint: 'Start the processes that hold them, on the same broker, with the same run and the same study.',
  });

export const silent = (run: string, silence_s: number, isConnected: boolean, whoWaits: string): TransportError =>
  new TransportError({
    code: isConnected ? 'AGENTS_SILENT' : 'BROKER_AWAY',
    message: `Nobody here has heard anything new for ${silence_s} s. ${isConnected ? '' : 'The broker is away. '}${whoWaits}`,
    where: `run ${run}`,
    hint: isConnected
      ? 'See whether the agents that are waited for are running and reach the broker.'
      : 'Start the broker again, at the same address.',
  });

export const listed = (ids: readonly AgentId[]): string =>
  `${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;
