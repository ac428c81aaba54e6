import type { z } from 'zod';
import { runInLoop } from '../agents/loop.ts';
import type { Role } from '../agents/role.ts';
import { runInVirtualTime } from '../agents/virtual-time.ts';
import type { Wiretap } from '../agents/wiretap.ts';
import type { RandomStream } from '../base/random.ts';
import type { StudyServices } from './contract.ts';
import type { transportSchema } from './schema.ts';

/**
 * What runs the roles of a study: the transport that the host hands in, where it does; else the one of the study file.
 * @param stream - chance of a simulated network; give each run one of its own
 */
export function carrierOf(
  transport: z.infer<typeof transportSchema>,
  wiretap: Wiretap,
  services: StudyServices,
  stream: RandomStream,
): (roles: readonly Role[]) => Promise<void> {
  const options = { observe: wiretap.observe, breathe: () => services.breathe() };
  const { carry } = services;
  if (carry !== undefined) return (roles) => carry(roles, options);
  if (transport.kind === 'loop') return (roles) => runInLoop(roles, options);
  const { kind: _kind, ...faults } = transport;
  return async (roles) => {
    await runInVirtualTime(roles, { ...options, faults, stream, timeLimit_s: 1e8 });
  };
}
