import { randomStream } from '../../../../base/random.ts';
import { catalog } from '../../../../catalog.ts';
import { toyCrypto } from '../../../../privacy/testing/toy-crypto.ts';
import type { CastGroup } from '../../../deployment.ts';
import type { Document } from '../../../testing/studies.ts';
import { cast, study } from './deployed.ts';

export const masked = { kind: 'secure-aggregation', crowd_min_count: 1 };
export const hidden = (privacy: object): Document => ({ ...study, privacy });

/** One agent as a process has it, with chance of its own. */
export const life = (file: Document, seed: number): Promise<CastGroup> => cast(file, catalog, { crypto: toyCrypto(randomStream(seed)) });
