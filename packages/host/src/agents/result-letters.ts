import { randomUUID } from 'node:crypto';
import { type AgentReport, type CastGroup, type ResultLetter, readResultLetter } from '@gridflock/core';
import type { Letter, Mailbox } from '../transports/contract.ts';
import { placeOf, subjectOf, tokenOf } from '../transports/subject.ts';
import type { ProcessEnding } from './agent-process.ts';

/** What the schema of letters takes. */
const reason_max_count = 10_000;

/**
 * Leaves a letter for each agent of a process, with what others may know of how it ended.
 * @param group - of which the results have been asked for already: reports ask the solvers of agents anew
 * @param patience_s - for how long it is tried where the broker is away
 * @returns why letters could not be left, or undefined when the other side keeps them all
 */
export async function leaveResults(
  mailbox: Mailbox,
  group: Pick<CastGroup, 'live' | 'reports'>,
  { status, reason }: Pick<ProcessEnding, 'status' | 'reason'>,
  { reportsTo, patience_s }: { readonly reportsTo: string; readonly patience_s: number },
): Promise<string | undefined> {
  const { run } = group.live;
  const place = placeOf(run, reportsTo);
  const common = {
    gridflock: 'agent-result/1',
    run,
    ended: new Date().toISOString(),
    status,
    ...(reason === undefined ? {} : { reason: reason.slice(0, reason_max_count) }),
  } as const;
  const id = randomUUID();
  const leave = (report: AgentReport): Promise<void> => {
    const letter: ResultLetter = { ...common, report };
    return mailbox.post(subjectOf(place, report.agent), { id, payload: Buffer.from(JSON.stringify(letter)) });
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`the broker has not taken it for ${patience_s} s`), patience_s * 1000);
  });
  const posted = Promise.all(group.reports().map(leave)).then(() => undefined, String);
  const outcome = await Promise.race([posted, late]);
  clearTimeout(timer);
  return outcome;
}

/**
 * Reads a letter that came under a subject.
 * @returns the letter, or why it is not believed
 */
export function readResult({ payload }: Letter, subject: string, run: string, agents: ReadonlySet<string>): ResultLetter | string {
  let letter: ResultLetter;
  try {
    letter = readResultLetter(JSON.parse(Buffer.from(payload).toString('utf8')));
  } catch {
    return 'unreadable';
  }
  const { agent } = letter.report;
  if (letter.run !== run) return 'foreign run';
  if (!agents.has(agent)) return 'stranger';
  return subject.endsWith(`.${tokenOf(agent)}`) ? letter : 'foreign subject';
}
