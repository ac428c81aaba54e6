import type { AgentId, Message } from '../role.ts';

/** Something that happens to a role. */
export type Act =
  | { readonly act: 'start' }
  | { readonly act: 'tick'; readonly now_s: number }
  | { readonly act: 'receive'; readonly from: AgentId; readonly message: Message };

/** What a role did about it, in the order in which it did. */
export type Deed = { readonly to: AgentId; readonly message: Message } | { readonly wakeAfter_s: number };

export interface StepAnswer {
  readonly deeds: readonly Deed[];
  /** Whether the role is done after it. */
  readonly done: boolean;
}

/** What crosses the wire in lockstep: `step`, clock → agent, and `stepped`, agent → clock, of the same round. Another round of `step` than the next is a repetition. */
export const stepKind = 'step';
export const steppedKind = 'stepped';
/** In place of an act: the run is over. */
export const restAct = 'rest';

type Body = Record<string, number | string | Float64Array>;

/** A message within a body: its fields carry a prefix. */
function pack(body: Body, prefix: string, { kind, round, body: fields }: Message): void {
  body[`${prefix}kind`] = kind;
  body[`${prefix}round`] = round;
  for (const [name, value] of Object.entries(fields)) body[`${prefix}body:${name}`] = value;
}

function unpack(body: Message['body'], prefix: string): Message | undefined {
  const kind = body[`${prefix}kind`];
  const round = body[`${prefix}round`];
  if (typeof kind !== 'string' || typeof round !== 'number') return undefined;
  const fields: Body = {};
  const mark = `${prefix}body:`;
  for (const [name, value] of Object.entries(body)) if (name.startsWith(mark)) fields[name.slice(mark.length)] = value;
  return { kind, round, body: fields };
}

export function bodyOfAct(act: Act): Message['body'] {
  const body: Body = { act: act.act };
  if (act.act === 'tick') body['now_s'] = act.now_s;
  else if (act.act === 'receive') {
    body['from'] = act.from;
    pack(body, '', act.message);
  }
  return body;
}

/** undefined where the body is none of an act. */
export function actIn(body: Message['body']): Act | undefined {
  const { act, now_s, from } = body;
  if (act === 'start') return { act };
  if (act === 'tick' && typeof now_s === 'number') return { act, now_s };
  const message = act === 'receive' ? unpack(body, '') : undefined;
  return act === 'receive' && message !== undefined && typeof from === 'string' ? { act, from, message } : undefined;
}

export function bodyOfAnswer({ deeds, done }: StepAnswer): Message['body'] {
  const body: Body = { done: done ? 1 : 0, deeds: deeds.length };
  deeds.forEach((deed, k) => {
    if ('to' in deed) {
      body[`${k}:to`] = deed.to;
      pack(body, `${k}:`, deed.message);
    } else body[`${k}:wakeAfter_s`] = deed.wakeAfter_s;
  });
  return body;
}

/** undefined where the body is none of an answer. */
export function answerIn(body: Message['body']): StepAnswer | undefined {
  const { done, deeds: count } = body;
  if (typeof count !== 'number' || typeof done !== 'number') return undefined;
  const deeds: Deed[] = [];
  for (let k = 0; k < count; k++) {
    const to = body[`${k}:to`];
    const wakeAfter_s = body[`${k}:wakeAfter_s`];
    const message = unpack(body, `${k}:`);
    if (typeof to === 'string' && message !== undefined) deeds.push({ to, message });
    else if (typeof wakeAfter_s === 'number') deeds.push({ wakeAfter_s });
    else return undefined;
  }
  return { deeds, done: done === 1 };
}
