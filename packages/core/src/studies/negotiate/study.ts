import type { NegotiateResult } from '../../wire/result.ts';
import type { StudyKind } from '../contract.ts';
import { castNegotiation } from './deployment/cast.ts';
import { splitNegotiation } from './deployment/split.ts';
import { runNegotiate } from './run.ts';
import { template } from './template.ts';

/** What would owners agree on, what does it save, and can the wires carry it? */
export const negotiate: StudyKind<NegotiateResult> = {
  kind: 'negotiate',
  title: 'Negotiated day-ahead schedule on a feeder, against each owner alone and the central optimum',
  template,
  run: runNegotiate,
  deployment: { split: splitNegotiation, cast: castNegotiation },
};
