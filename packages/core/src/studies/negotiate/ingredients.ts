import type { Wiretap } from '../../agents/wiretap.ts';
import type { Block } from '../../problem/block.ts';
import type { Outcome } from '../../schemes/contract.ts';
import type { StudyServices } from '../contract.ts';
import type { SitePlan } from './alone.ts';
import type { JudgedPlan } from './plan.ts';
import type { Prepared } from './prepare.ts';
import type { Protection } from './privacy.ts';
import type { NegotiationProblem } from './problem.ts';

/** Everything a result is made of. */
export interface Ingredients {
  readonly prepared: Prepared;
  readonly problem: NegotiationProblem;
  /** Upstream first, then the devices. */
  readonly blocks: readonly Block[];
  readonly sitePlans: readonly SitePlan[];
  readonly scheme: string;
  readonly plans: { readonly uncoordinated: JudgedPlan; readonly negotiated: JudgedPlan; readonly central: JudgedPlan };
  readonly outcome: Outcome;
  readonly optimum: Outcome;
  /** How messages got through, in words. */
  readonly transport: string;
  readonly wiretap: Wiretap;
  readonly protection: Protection | undefined;
  readonly services: StudyServices;
}
