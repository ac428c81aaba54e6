import type { VoltVarProblem } from '../../volt-var/volt-var-problem.ts';
import type { VoltVarCaseResult, VoltVarReplay } from '../../wire/volt-var-result.ts';
import type { StudyServices } from '../contract.ts';
import type { Decided, DecidedFront } from './decide.ts';
import type { StudyScenarios } from './outcomes.ts';
import type { Prepared } from './prepare.ts';

/** Everything a result is made of. */
export interface Ingredients {
  readonly prepared: Prepared;
  readonly made: VoltVarProblem;
  readonly scenarios: StudyScenarios | undefined;
  readonly decided: readonly Decided[];
  readonly adopted: number;
  readonly front: DecidedFront | undefined;
  readonly cases: readonly (readonly VoltVarCaseResult[])[];
  readonly replays: readonly (VoltVarReplay | undefined)[];
  readonly samples: readonly Float64Array[];
  /** What the scenarios cost on average under the adopted plan, and under one for their mean. */
  readonly information: { readonly rp: number; readonly eev: number } | undefined;
  readonly services: StudyServices;
}
