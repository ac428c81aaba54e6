import type { DispatchResult } from '../../wire/dispatch-result.ts';
import type { StudyKind } from '../contract.ts';
import { template } from './presets/microgrid.ts';
import { runDispatch } from './run.ts';

/** What should be decided before sun, wind and demand are known, and how will it turn out? */
export const dispatch: StudyKind<DispatchResult> = {
  kind: 'dispatch',
  title: 'Dispatch decided before sun and demand are known: robust, stochastic, deterministic, beside each other',
  template,
  run: runDispatch,
};
