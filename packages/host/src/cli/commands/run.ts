import { join } from 'node:path';
import { type Check, InputError, type StudyResult } from '@gridflock/core';
import { sha256Of } from '../../files/input-file.ts';
import { readStudyFile } from '../../files/study-file.ts';
import type { LiveReport } from '../../transports/live.ts';
import { checkTransport } from '../../transports/open-transport.ts';
import type { Action } from '../command.ts';
import { jsonPieces } from '../json-text.ts';
import { kindOf, placed, studySource } from '../study-source.ts';
import { runStudyThread } from '../study-thread.ts';
import { viewOf } from '../study-views.ts';
import { pairs, type Style, shownNumber, table } from '../text.ts';

/** Runs a study of any kind. */
export const run: Action = async (context, operands) => {
  const { settings, style, version, stop, progress } = context;
  const started_ms = performance.now();
  const source = await studySource(operands[0], context.options['default'] === true);
  const { transport, identity } = context.options;
  if (typeof transport === 'string') checkTransport(transport, '--transport');
  else if (identity !== undefined) {
    throw new InputError({
      code: 'CLI_MISSING_ARGUMENT',
      message: '--identity has a meaning together with --transport only',
      where: 'gridflock run',
    });
  }
  const study = readStudyFile(source.text, source.path);
  const kind = kindOf(study, source.path);
  let outcome: Awaited<ReturnType<typeof runStudyThread>>;
  try {
    outcome = await runStudyThread(
      {
        document: study.document,
        kind,
        folder: source.folder,
        version,
        seed: settings.seedChosen ? settings.seed : undefined,
        transport: typeof transport === 'string' ? transport : undefined,
        identity: typeof identity === 'string' ? identity : undefined,
      },
      stop,
      (each) => progress.report(each),
    );
  } catch (error) {
    throw error instanceof InputError ? placed(error, study, source.path) : error;
  }
  const result: StudyResult = {
    ...outcome.result,
    provenance: {
      version,
      seed: outcome.result.provenance.seed,
      inputs: [{ path: source.name, sha256: sha256Of(source.text) }, ...outcome.inputs],
    },
  };
  if (settings.out !== undefined) progress.report({ phase: 'report', done: 0 });
  const view = viewOf(kind);
  const files = settings.out === undefined ? [] : [{ name: 'result.json', content: jsonPieces(result) }, ...view.files(result)];
  const { status, study: name, network, kpis, certificate, checks, provenance } = result;
  const artifacts = files.map((file) => join(settings.out ?? '', file.name));
  const time_ms = Math.round(performance.now() - started_ms);
  const { carried } = outcome;
  if (carried !== undefined) context.note(carriedText(String(transport), carried));
  return {
    document: { status, study: name, network, kpis, certificate, checks, artifacts, provenance, ...carriedDocument(carried), time_ms },
    text: runText(result, view.text(result, style), artifacts, time_ms, style),
    status: status === 'ok' && checks.every((check) => check.passed) ? 0 : 1,
    files,
  };
};

const statusText: Readonly<Record<StudyResult['status'], string>> = {
  ok: 'done',
  infeasible: 'infeasible: no plan keeps all the limits',
  'not-converged': 'not converged',
};

function carriedDocument(carried: LiveReport | undefined): object {
  if (carried === undefined) return {};
  const { sent_count, heard_count, lost_count, losses_count, dropped } = carried;
  return { transport: { sent_count, heard_count, lost_count, losses_count, dropped: Object.fromEntries(dropped) } };
}

function carriedText(address: string, { sent_count, lost_count, losses_count, dropped }: LiveReport): string {
  const away = losses_count === 0 ? '' : `; the broker was away ${losses_count} times, ${lost_count} messages were said in vain`;
  const strange = [...dropped].map(([reason, count]) => `; dropped: ${count} (${reason})`).join('');
  return `${sent_count} messages went over ${address}${away}${strange}`;
}

export function runText(result: StudyResult, body: string, artifacts: readonly string[], time_ms: number, style: Style): string {
  const state = statusText[result.status];
  const lines = [
    `${style.bold(result.title)}: ${result.status === 'ok' ? style.green(state) : style.red(state)} (${result.study} on ${result.network}, ${shownNumber(time_ms / 1000, 3)} s)`,
    '',
    body === ''
      ? pairs(
          Object.entries(result.kpis).map(([name, value]) => [name, shownNumber(value)] as const),
          style,
        )
      : body,
  ];
  if (result.checks.length > 0) lines.push('', checksText(result.checks, style));
  const report = artifacts.find((path) => path.endsWith('.html'));
  lines.push('');
  if (report !== undefined) lines.push(`${style.bold('report')}  ${report}  (open it in a browser)`);
  lines.push(
    artifacts.length > 0
      ? style.dim(`files   ${artifacts.filter((path) => path !== report).join(', ')}`)
      : style.dim('Add --out DIR for result.json, tables as CSV and the report.'),
  );
  return lines.join('\n');
}

function checksText(checks: readonly Check[], style: Style): string {
  return table(
    [{ title: '' }, { title: 'check' }, { title: 'value', right: true }, { title: 'limit', right: true }],
    checks.map((check) => [check.passed ? '✓' : '✗', check.name, shownNumber(check.value, 4), shownNumber(check.limit, 4)]),
    style,
    (cell, row, column) => (column > 0 ? cell : checks[row]?.passed ? style.green(cell) : style.red(cell)),
  );
}
