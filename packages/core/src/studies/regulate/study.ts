import type { RegulateResult } from '../../wire/regulate-result.ts';
import type { StudyKind } from '../contract.ts';
import { runRegulate } from './run.ts';
import { template } from './template.ts';

/** How well do clusters of resources follow the grid's commands, and what does a market change? */
export const regulate: StudyKind<RegulateResult> = {
  kind: 'regulate',
  title: 'Clusters of resources that follow AGC and AVC commands, against single-point regulation, with and without a market',
  template,
  run: runRegulate,
};
