import type { DispatchResult, NegotiateResult, RegulateResult, SimulateResult, StudyResult, VoltVarResult } from '@gridflock/core';
import { renderDispatchReport } from '../report/dispatch.ts';
import { dispatchTables } from '../report/dispatch-tables.ts';
import { renderNegotiateReport } from '../report/negotiate.ts';
import { renderRegulateReport } from '../report/regulate.ts';
import { regulateTables } from '../report/regulate-tables.ts';
import { renderSimulateReport } from '../report/simulate.ts';
import { simulateTables } from '../report/simulate-tables.ts';
import { negotiateTables } from '../report/tables.ts';
import { renderVoltVarReport } from '../report/volt-var.ts';
import { voltVarTables } from '../report/volt-var-tables.ts';
import type { OutputFile } from './command.ts';
import { dispatchText } from './dispatch-text.ts';
import { negotiateText } from './negotiate-text.ts';
import { regulateText } from './regulate-text.ts';
import { simulateText } from './simulate-text.ts';
import type { Style } from './text.ts';
import { voltVarText } from './volt-var-text.ts';

/** How the result of one kind of study is shown: on the terminal, and as files beside result.json. */
export interface StudyView {
  text(result: StudyResult, style: Style): string;
  files(result: StudyResult): readonly OutputFile[];
}

/** Views by study kind. A kind without one still gets its figures, checks and result.json. */
const views: ReadonlyMap<string, StudyView> = new Map([
  [
    'dispatch',
    {
      text: (result, style) => dispatchText(result as DispatchResult, style),
      files: (result) => [
        ...dispatchTables(result as DispatchResult).map(({ name, csv }) => ({ name, content: csv })),
        { name: 'report.html', content: renderDispatchReport(result as DispatchResult) },
      ],
    },
  ],
  [
    'negotiate',
    {
      text: (result, style) => negotiateText(result as NegotiateResult, style),
      files: (result) => [
        ...negotiateTables(result as NegotiateResult).map(({ name, csv }) => ({ name, content: csv })),
        { name: 'report.html', content: renderNegotiateReport(result as NegotiateResult) },
      ],
    },
  ],
  [
    'regulate',
    {
      text: (result, style) => regulateText(result as RegulateResult, style),
      files: (result) => [
        ...regulateTables(result as RegulateResult).map(({ name, csv }) => ({ name, content: csv })),
        { name: 'report.html', content: renderRegulateReport(result as RegulateResult) },
      ],
    },
  ],
  [
    'simulate',
    {
      text: (result, style) => simulateText(result as SimulateResult, style),
      files: (result) => [
        ...simulateTables(result as SimulateResult).map(({ name, csv }) => ({ name, content: csv })),
        { name: 'report.html', content: renderSimulateReport(result as SimulateResult) },
      ],
    },
  ],
  [
    'volt-var',
    {
      text: (result, style) => voltVarText(result as VoltVarResult, style),
      files: (result) => [
        ...voltVarTables(result as VoltVarResult).map(({ name, csv }) => ({ name, content: csv })),
        { name: 'report.html', content: renderVoltVarReport(result as VoltVarResult) },
      ],
    },
  ],
]);

const plainView: StudyView = { text: () => '', files: () => [] };

export const viewOf = (kind: string): StudyView => views.get(kind) ?? plainView;
