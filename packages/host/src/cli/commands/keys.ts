import { InputError } from '@gridflock/core';
import { stringify } from 'yaml';
import { readInputFile } from '../../files/input-file.ts';
import { readStudyFile } from '../../files/study-file.ts';
import { readKeyFile, writeKeyFile } from '../../identity/key-file.ts';
import { SecretKey } from '../../identity/secret-key.ts';
import type { Action, Answer } from '../command.ts';
import type { Flags } from '../settings.ts';

/** Makes a secret key, and says what of it the operator needs to enrol agents with it. */
export const keysNew: Action = async ({ options }, [path = '']) => {
  const agents = await agentsOf(options);
  const key = SecretKey.generate();
  writeKeyFile(path, key);
  return publicPart(key, agents);
};

/** What everybody may know of a key. */
export const keysShow: Action = async ({ options }, [path = '']) => publicPart(await readKeyFile(path), await agentsOf(options));

interface AgentRequest {
  readonly id: string;
  readonly role: string;
  readonly nets?: readonly string[];
}

/** The agents that a key is for: those of a file of agents or of a collector (`--for`), or one by name (`--agent`). */
async function agentsOf(options: Flags): Promise<AgentRequest[]> {
  const { agent, for: file } = options;
  if (typeof file === 'string') return agentsIn((await readInputFile(file)).text, file);
  return typeof agent === 'string' ? [{ id: agent, role: 'participant', nets: [] }] : [];
}

function agentsIn(text: string, path: string): AgentRequest[] {
  const { gridflock, agents, collector } = readStudyFile(text, path).document;
  if (gridflock === 'collector/1' && typeof collector === 'string') return [{ id: collector, role: 'collector' }];
  const refuse = (): never => {
    throw new InputError({
      code: 'AGENTS_FILE_EXPECTED',
      message: `"${path}" is no file of agents`,
      where: path,
      hint: 'Let `gridflock deploy STUDY.yaml --transport URL --out DIR` write one.',
    });
  };
  if (!Array.isArray(agents)) return refuse();
  return agents.map((entry) => {
    const { id, as, terms } = (entry ?? {}) as { id?: unknown; as?: unknown; terms?: { nets?: unknown } };
    if (typeof id !== 'string' || typeof as !== 'string') return refuse();
    const nets = Array.isArray(terms?.nets)
      ? terms.nets.flatMap((net: { id?: unknown }) => (typeof net?.id === 'string' ? [net.id] : []))
      : [];
    return { id, role: as, ...(nets.length > 0 ? { nets } : {}) };
  });
}

function publicPart(key: SecretKey, agents: readonly AgentRequest[]): Answer {
  const { nkey, passwordHash } = key.brokerLogin();
  const login = { nats: nkey, mqtt: passwordHash };
  const entries = agents.map(({ id, ...rest }) => ({ id, key: key.public.text, ...rest, login }));
  const document = { key: key.public.text, login, agents: entries };
  const text =
    entries.length === 0
      ? stringify({ key: key.public.text, login }, { lineWidth: 0 })
      : stringify({ agents: entries }, { lineWidth: 0, aliasDuplicateObjects: false });
  return { document, text, files: [{ name: 'public.yaml', content: text }] };
}
