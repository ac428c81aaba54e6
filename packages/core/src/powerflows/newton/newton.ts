import type { PowerFlowMethod } from '../contract.ts';
import { prepareNewton } from '../newton-flow.ts';
import { refusalOfNetwork } from '../wires.ts';

/** Newton's method as a member of the catalogue; what it does stands in `newton-flow.ts`, because others build on its equations. */
export const newton: PowerFlowMethod = Object.freeze({ name: 'newton', refuses: refusalOfNetwork, prepare: prepareNewton });
