import { toNet as encryptedToNet, ofTrustee, toTrustee } from './homomorphic/messages.ts';
import { toNet as maskedToNet, toMember } from './secure-aggregation/messages.ts';

/** Kinds of messages in which a member's word travels hidden. */
export const hiddenKinds: ReadonlySet<string> = new Set(['masked', 'encrypted']);

/** All kinds of messages that only veils send. */
export const veilKinds: ReadonlySet<string> = new Set(
  [maskedToNet, toMember, encryptedToNet, toTrustee, ofTrustee].flatMap((shapes) => Object.keys(shapes)),
);
