import { randomUUID } from 'node:crypto';
import { type AgentReport, type CastGroup, type ResultLetter, readResultLetter } from '@gridflock/core';
import type { Ed25519Notary } from '../identity/ed25519-notary.ts';
import type { Letter, Mailbox } from '../transports/contract.ts';
import { placeOf, subjectOf, tokenOf } from '../transports/subject.ts';
import type { ProcessEnding } from './agent-process.ts';

/** Signs letters, and says why one is not believed; who has no keys neither signs nor asks. */
export type LetterSeal = Pick<Ed25519Notary, 'sign' | 'faultOf'>;

/** What is signed of a letter: for whom it is, and its text as it travels. */
const statementOf = (reportsTo: string, text: string): string => `gridflock letter 1\n${JSON.stringify(reportsTo)}\n${text}`;

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
  { reportsTo, patience_s, seal }: { readonly reportsTo: string; readonly patience_s: number; readonly seal?: LetterSeal | undefined },
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
    return mailbox.post(subjectOf(place, report.agent), { id, payload: sealed(letter, reportsTo, seal) });
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

/** A letter as it travels: JSON, and in a second line the signature of its agent, where there are keys. */
export function sealed(letter: ResultLetter, reportsTo: string, seal: LetterSeal | undefined): Buffer {
  const text = JSON.stringify(letter);
  const signature = seal?.sign(letter.report.agent, statementOf(reportsTo, text));
  return Buffer.from(signature === undefined ? text : `${text}\n${Buffer.from(signature).toString('base64url')}`);
}

export interface Expected {
  readonly run: string;
  readonly collector: string;
  readonly agents: ReadonlySet<string>;
  /** Left out, a letter is as good as the broker's word on whose it is. */
  readonly seal?: LetterSeal | undefined;
}

/**
 * Reads a letter that came under a subject.
 * @returns the letter, or why it is not believed
 */
export function readResult({ payload }: Letter, subject: string, { run, collector, agents, seal }: Expected): ResultLetter | string {
  const [text = '', signature] = Buffer.from(payload).toString('utf8').split('\n');
  let letter: ResultLetter;
  try {
    letter = readResultLetter(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
  const { agent } = letter.report;
  if (letter.run !== run) return 'foreign run';
  if (!agents.has(agent)) return 'stranger';
  if (!subject.endsWith(`.${tokenOf(agent)}`)) return 'foreign subject';
  if (seal === undefined) return letter;
  if (signature === undefined) return 'unsealed';
  return seal.faultOf(agent, statementOf(collector, text), Buffer.from(signature, 'base64url')) ?? letter;
}
