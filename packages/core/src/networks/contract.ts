import type { NetworkDocument } from '../network/document.ts';
import type { FeederDocument } from '../network/feeder/document.ts';

/** A network that comes with the program: balanced, or a feeder conductor by conductor. */
export interface BuiltInNetwork {
  /** The name a study or the command line uses; also the name of its folder. */
  readonly name: string;
  /** One line for a list. */
  readonly title: string;
  /** Where the numbers come from. */
  readonly source: string;
  /** Read it with `readBuiltIn`. */
  readonly document: NetworkDocument | FeederDocument;
}
