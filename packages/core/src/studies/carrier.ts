import type { z } from 'zod';
import { checkAgents, readFaultScript } from '../agents/faults/read-script.ts';
import { type FaultScript, scriptOf } from '../agents/faults/script.ts';
import { runInLoop } from '../agents/loop.ts';
import type { Role } from '../agents/role.ts';
import { runInVirtualTime } from '../agents/virtual-time.ts';
import type { Wiretap } from '../agents/wiretap.ts';
import type { RandomStream } from '../base/random.ts';
import { readYaml } from '../formats/yaml-text.ts';
import type { StudyServices } from './contract.ts';
import type { transportSchema } from './schema.ts';

type TransportDocument = z.infer<typeof transportSchema>;

/** How messages get through: perfectly where there is no script. */
export interface Wire {
  readonly script?: FaultScript | undefined;
  /** What the study itself names: these agents must exist. */
  readonly own: FaultScript;
  readonly where: string;
  /** In words, for the result. */
  readonly says: string;
}

/**
 * Reads what a study says about its transport, its fault script included.
 * @throws {InputError} FAULTS_*, and the codes of `readText` and `readYaml`
 */
export async function wireOf(transport: TransportDocument, services: StudyServices): Promise<Wire> {
  if (transport.kind === 'loop') return { own: { faults: [] }, where: '', says: 'in one process, perfect delivery' };
  const { kind: _kind, faults = [], ...numbers } = transport;
  const where = typeof faults === 'string' ? faults : 'transport.faults';
  const own = readFaultScript(typeof faults === 'string' ? readYaml(await services.readText(faults), faults).value : faults, where);
  const usual = scriptOf(numbers).faults;
  const { delay_min_s, delay_mean_s, loss_frac, duplicate_frac } = numbers;
  const kinds = own.faults.map(({ fault }) => fault).join(', ');
  return {
    script: { faults: [...usual, ...own.faults.map((fault, n) => ({ ...fault, luck: fault.luck ?? usualLuck_count + n }))] },
    own,
    where,
    says: `simulated network: delay ${delay_min_s} s + exponential ${delay_mean_s} s, loss ${loss_frac}, duplication ${duplicate_frac}${kinds && `; ${kinds}`}`,
  };
}

/** What `scriptOf` gives out; a study's own faults draw from further streams. */
const usualLuck_count = 3;

/**
 * What runs the roles of a study: the transport that the host hands in, where it does; else the one of the study file.
 * @throws {InputError} FAULTS_UNKNOWN_AGENT, when it runs
 * @param stream - chance of a simulated network; give each run one of its own
 */
export function carrierOf(
  { script, own, where }: Wire,
  wiretap: Wiretap,
  services: StudyServices,
  stream: RandomStream,
): (roles: readonly Role[]) => Promise<void> {
  const options = { observe: wiretap.observe, breathe: () => services.breathe() };
  const { carry } = services;
  if (carry !== undefined) return (roles) => carry(roles, options);
  if (script === undefined) return (roles) => runInLoop(roles, options);
  return async (roles) => {
    checkAgents(
      own,
      roles.map(({ id }) => id),
      where,
    );
    await runInVirtualTime(roles, { ...options, faults: script, stream, timeLimit_s: 1e8, quietLimit_s: 1e5 });
  };
}
