import type { SimulateResult } from '../../wire/simulate-result.ts';
import type { StudyKind } from '../contract.ts';
import { castSimulation } from './deployment/cast.ts';
import { reportSimulation } from './deployment/report.ts';
import { splitSimulation } from './deployment/split.ts';
import { runSimulate } from './run.ts';
import { template } from './template.ts';

/** What does a plant under control do in time, and what do its linearised equations say about it? */
export const simulate: StudyKind<SimulateResult> = {
  kind: 'simulate',
  title: 'A microgrid or another plant under control in time: events, delays and losses; modes, delay margins and the gain that they allow',
  template,
  run: runSimulate,
  deployment: { split: splitSimulation, cast: castSimulation, report: reportSimulation },
};
