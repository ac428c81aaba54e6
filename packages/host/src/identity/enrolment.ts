import { type AgentId, InputError, type TerminalLimits } from '@gridflock/core';
import { Fields, serialOf } from './fields.ts';
import { isNkey } from './nkey.ts';
import type { PublicKey } from './public-key.ts';
import { type PlainMap, readSigned } from './signed-document.ts';

export const enrolmentDomain = 'enrolment';

/** What an agent is there for; it decides whom a broker lets it speak to. */
export type EnrolledRole = 'participant' | 'net' | 'convener' | 'helper' | 'collector';
const roles: readonly EnrolledRole[] = ['participant', 'net', 'convener', 'helper', 'collector'];

/** An agent as the operator enrolled it. */
export interface Enrolled {
  readonly id: AgentId;
  /** Several agents of one process may have the same. */
  readonly key: PublicKey;
  readonly role: EnrolledRole;
  /** Where it may stand. */
  readonly nets: readonly AgentId[];
  /** What it may exchange at each of its nets, + into the network; whatever it says there is held to this. */
  readonly limits: TerminalLimits | undefined;
  /** How many messages a second it may send to one process. */
  readonly rate_max_per_s: number;
  readonly validFrom_ms: number;
  readonly validTo_ms: number;
  /** Its public user key at NATS brokers. */
  readonly nkey: string | undefined;
  /** The hash of its password at MQTT brokers. */
  readonly passwordHash: string | undefined;
}

/** Who takes part, on the word of the operator. */
export interface Enrolment {
  /** Grows with every new version: an older one is never taken up again. */
  readonly serial: number;
  readonly agents: ReadonlyMap<AgentId, Enrolled>;
}

/** Where the list gives no rate: of a participant for each of its nets, and of everybody else. */
const rateOfParticipant_per_s = 1000;
const rateOfOthers_per_s = 10_000;
const power_max_kW = 1e9;

/**
 * Reads an enrolment that the operator has signed.
 * @throws {InputError} IDENTITY_SYNTAX, ENROLMENT_UNSIGNED, ENROLMENT_FORGED; as `enrolmentOf`
 */
export function readEnrolment(text: string, operator: PublicKey, fileName: string): Enrolment {
  return enrolmentOf(readSigned(enrolmentDomain, text, operator, fileName), fileName);
}

/**
 * What a document enrols, signed or not.
 * @throws {InputError} IDENTITY_VALUE_INVALID, IDENTITY_UNKNOWN_KEY, ENROLMENT_TWICE
 */
export function enrolmentOf(document: PlainMap, fileName: string): Enrolment {
  const fields = new Fields(document, '', fileName);
  const serial = serialOf(fields, 'enrolment');
  const agents = new Map<AgentId, Enrolled>();
  for (const each of fields.needed('agents', fields.list('agents'))) {
    const agent = agentOf(each);
    if (agents.has(agent.id)) twice(`Agent "${agent.id}" is enrolled twice`, fileName);
    agents.set(agent.id, agent);
  }
  fields.end();
  checkNumbers(agents.values(), fileName);
  return { serial, agents };
}

function agentOf(fields: Fields): Enrolled {
  const id = fields.needed('id', fields.text('id'));
  if (Buffer.byteLength(id) > 255) fields.refuse('id', 'at most 255 bytes');
  const key = fields.needed('key', fields.key('key'));
  const role = (fields.text('role') ?? 'participant') as EnrolledRole;
  if (!roles.includes(role)) fields.refuse('role', `one of ${roles.join(', ')}`);
  const nets = fields.texts('nets') ?? [];
  if (role === 'participant' && nets.length === 0) fields.refuse('nets', 'the nets that it may stand at');
  const limits = limitsOf(fields);
  const rate_max_per_s = fields.number('rate_max_per_s', 1, 1e6) ?? rateOf(role, nets.length);
  const validFrom_ms = fields.instant('valid_from') ?? Number.NEGATIVE_INFINITY;
  const validTo_ms = fields.instant('valid_to') ?? Number.POSITIVE_INFINITY;
  if (validFrom_ms >= validTo_ms) fields.refuse('valid_from', 'an instant before valid_to');
  const login = fields.fieldsOf('login');
  const nkey = login?.text('nats');
  if (nkey !== undefined && !isNkey(nkey)) login?.refuse('nats', 'a public user key of NATS, U and 55 letters');
  const passwordHash = login?.text('mqtt');
  if (passwordHash !== undefined && !/^\$7\$\d+\$[\w+/]+=*\$[\w+/]+=*$/.test(passwordHash)) {
    login?.refuse('mqtt', 'a hash as mosquitto_passwd or `gridflock keys show` writes it, $7$…');
  }
  login?.end();
  fields.end();
  return { id, key, role, nets, limits, rate_max_per_s, validFrom_ms, validTo_ms, nkey, passwordHash };
}

/** All three or none: a limit on one of them alone would limit nothing that can be counted on. */
function limitsOf(fields: Fields): TerminalLimits | undefined {
  const p_min_kW = fields.number('p_min_kW', -power_max_kW, power_max_kW);
  const p_max_kW = fields.number('p_max_kW', -power_max_kW, power_max_kW);
  const q_max_kvar = fields.number('q_max_kvar', 0, power_max_kW);
  if (p_min_kW === undefined && p_max_kW === undefined && q_max_kvar === undefined) return undefined;
  const limits = {
    p_min_kW: fields.needed('p_min_kW', p_min_kW),
    p_max_kW: fields.needed('p_max_kW', p_max_kW),
    q_max_kvar: fields.needed('q_max_kvar', q_max_kvar),
  };
  if (limits.p_min_kW > limits.p_max_kW) fields.refuse('p_min_kW', 'at most p_max_kW');
  return limits;
}

const rateOf = (role: EnrolledRole, nets_count: number): number =>
  role === 'participant' ? rateOfParticipant_per_s * nets_count : rateOfOthers_per_s;

/** Seals name keys by 48 bits: two keys with one number could not be told apart. */
function checkNumbers(agents: Iterable<Enrolled>, fileName: string): void {
  const texts = new Map<number, string>();
  for (const { id, key } of agents) {
    const other = texts.get(key.number);
    if (other !== undefined && other !== key.text) twice(`The key of "${id}" has the number of another key`, fileName);
    texts.set(key.number, key.text);
  }
}

function twice(message: string, where: string): never {
  throw new InputError({
    code: 'ENROLMENT_TWICE',
    message,
    where,
    hint: 'Enrol every agent once; make a new key where two have one number.',
  });
}
