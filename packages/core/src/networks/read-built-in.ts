import { balancedCase } from '../network/feeder/balanced.ts';
import { isFeederDocument, readFeederDocument } from '../network/feeder/read-document.ts';
import type { Case } from '../network/network.ts';
import { readNetworkDocument } from '../network/read-document.ts';
import type { BuiltInNetwork } from './contract.ts';

/** A network that comes with the program, ready to be solved; a feeder comes with its balanced equivalent. */
export function readBuiltIn({ document }: BuiltInNetwork): Case {
  if (!isFeederDocument(document)) return readNetworkDocument(document);
  const { feeder, warnings } = readFeederDocument(document);
  const balanced = balancedCase(feeder);
  return { ...balanced, feeder, warnings: [...warnings, ...balanced.warnings] };
}
