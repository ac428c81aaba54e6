import { parse } from 'yaml';
import { catalog } from '../../../catalog.ts';
import type { SimulateResult } from '../../../wire/simulate-result.ts';
import type { StudyKind } from '../../contract.ts';
import { servicesWith } from '../../testing/studies.ts';

const study = catalog.studies.find(({ kind }) => kind === 'simulate') as StudyKind<SimulateResult>;

/** A study file as plain data, to be changed by tests. */
export type Document = any;

export const runStudy = (document: Document): Promise<SimulateResult> => study.run(document, catalog, servicesWith());

export const templateDocument = (): Document => parse(study.template);

export const presetDocument = (name: string): Document => parse(catalog.presets.find((preset) => preset.name === name)!.document);

/** Four inverters under the printed law, on from the start, for two seconds. */
export const small = (): Document => ({
  study: 'simulate',
  plant: { kind: 'microgrid', scenario: 'inverter-chain' },
  control: [
    {
      name: 'secondary',
      kind: 'leader-follower-consensus',
      each: { dg1: { pin_frac: 1 } },
    },
  ],
  stop_s: 2,
  analysis: { delays: false },
});

/** The last value of a quantity's lines. */
export const last = (result: SimulateResult, quantity: string): number[] =>
  result.quantities.find(({ name }) => name === quantity)!.lines.map(({ values }) => values.at(-1)!);
