import type { NetworkDocument } from '../network/document.ts';

/** A network that comes with the program. Members: four-bus, ieee33, ieee69, ieee118. */
export interface BuiltInNetwork {
  /** The name a study or the command line uses; also the name of its folder. */
  readonly name: string;
  /** One line for a list. */
  readonly title: string;
  /** Where the numbers come from. */
  readonly source: string;
  /** Read it with `readNetworkDocument`. */
  readonly document: NetworkDocument;
}
