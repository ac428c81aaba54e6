import { h, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, isOver, type Page, type Problem, problemOf, type Run, type RunFile, type Study } from '../api.ts';
import { go } from '../go.ts';
import { liveRuns, useNow_ms, useRuns } from '../live.ts';
import { ListHead } from '../parts/list-head.ts';
import { ProblemNotice } from '../parts/notice.ts';
import { RunProgress } from '../parts/run-progress.ts';
import { StateBadge } from '../parts/state-badge.ts';
import { useAsked } from '../parts/use-asked.ts';
import { hashOf } from '../route.ts';
import { durationText, lineOf, sizeText, timeText, tookOf_s } from '../words.ts';
import { CancelButton } from './runs.ts';

const report = 'report.html';

/** One run: how it goes, what went wrong, its report and its files. */
export function RunView({ id, part }: { id: string; part: 'report' | 'files' }): JSX.Element {
  const known = useRuns().runs.get(id);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    if (known !== undefined) return;
    ask<Run>('GET', `/runs/${encodeURIComponent(id)}`).then(
      (run) => liveRuns.put([run]),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, [id, known === undefined]);
  const study = useAsked<Study>(known?.study ? `/studies/${known.study}` : undefined).value;
  const now_ms = useNow_ms(known?.state === 'running');
  if (known === undefined) {
    const text = problem === undefined ? h('p', { class: 'empty' }, 'Reading …') : h(ProblemNotice, { problem });
    return h('section', null, h('h1', { tabIndex: -1 }, 'Run'), text);
  }
  const took_s = tookOf_s(known, now_ms);
  const again = (): void => {
    const seed = known.seed === null ? {} : { seed: known.seed };
    ask<Run>('POST', `/studies/${known.study}/runs`, seed, { 'idempotency-key': crypto.randomUUID() }).then(
      (run) => {
        liveRuns.put([run]);
        go({ view: 'run', id: run.id, part: 'report' });
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  const facts: [string, string | number][] = [
    ['kind', known.kind],
    ['asked', timeText(known.queued_at)],
    ...(took_s === undefined ? [] : ([[isOver(known) ? 'took' : 'works for', durationText(took_s)]] as [string, string][])),
    ...(known.seed === null ? [] : ([['seed', known.seed]] as [string, number][])),
    ...(known.attempts > 1 ? ([['begun', `${known.attempts} times`]] as [string, string][]) : []),
  ];
  return h(
    'section',
    null,
    h(
      'div',
      { class: 'head' },
      h('h1', { tabIndex: -1 }, study?.name ?? `A study of kind ${known.kind}`, ' ', h(StateBadge, { run: known })),
      study === undefined ? null : h('a', { class: 'button', href: hashOf({ view: 'study', id: study.id }) }, 'Open the study'),
      isOver(known)
        ? study && h('button', { type: 'button', class: 'button', onClick: again }, 'Run again')
        : h(CancelButton, { run: known, onProblem: setProblem }),
    ),
    h(
      'dl',
      { class: 'facts' },
      facts.map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, value))),
    ),
    problem === undefined ? null : h(ProblemNotice, { problem }),
    known.state === 'running' ? h(RunProgress, { progress: known.progress, label: 'Progress of the run' }) : null,
    known.state === 'queued' ? h('p', { class: 'empty' }, 'It waits for its turn.') : null,
    known.state === 'cancelled' ? h('p', { class: 'empty' }, 'It was cancelled before it had a result.') : null,
    known.fault === null ? null : h(ProblemNotice, { problem: known.fault }, h(ToLine, { study, where: known.fault.where })),
    known.state === 'done' ? h(Outcome, { id, part }) : null,
  );
}

/** From the fault of a run to the line of the draft that it is about. */
function ToLine({ study, where }: { study: Study | undefined; where: string | undefined }): JSX.Element | null {
  const line = lineOf(where, 'study');
  if (study === undefined || line === undefined) return null;
  return h('p', null, h('a', { href: hashOf({ view: 'study', id: study.id, line }) }, `Go to line ${line} of the study`));
}

function Outcome({ id, part }: { id: string; part: 'report' | 'files' }): JSX.Element {
  const files = useAsked<Page<RunFile>>(`/runs/${id}/files`);
  if (files.problem !== undefined) return h(ProblemNotice, { problem: files.problem });
  const items = files.value?.items;
  if (items === undefined) return h('p', { class: 'empty' }, 'Reading …');
  const hasReport = items.some(({ name }) => name === report);
  const shown = hasReport ? part : 'files';
  const link = (to: 'report' | 'files', text: string): JSX.Element =>
    h('a', { class: 'tab', href: hashOf({ view: 'run', id, part: to }), 'aria-current': shown === to ? 'page' : undefined }, text);
  return h(
    'div',
    null,
    h(
      'nav',
      { class: 'tabs', 'aria-label': 'Result' },
      hasReport ? link('report', 'Report') : null,
      link('files', `Files (${items.length})`),
      hasReport
        ? h('a', { class: 'aside', href: addressOf(id, report), target: '_blank', rel: 'noopener' }, 'Report in a tab of its own')
        : null,
    ),
    shown === 'report'
      ? // a report may use its own script, and nothing of this page
        h('iframe', {
          class: 'report',
          src: addressOf(id, report),
          title: 'Report of the run',
          sandbox: 'allow-scripts allow-downloads allow-popups',
        })
      : h(
          'table',
          { class: 'list' },
          h(ListHead, { titles: ['File', '>Size', 'Type'] }),
          h(
            'tbody',
            null,
            items.map(({ name, size_B, media_type }) =>
              h(
                'tr',
                { key: name },
                h('th', { scope: 'row' }, h('a', { href: addressOf(id, name), download: name }, name)),
                h('td', { 'data-title': 'Size', class: 'number' }, sizeText(size_B)),
                h('td', { 'data-title': 'Type' }, media_type.split(';')[0]),
              ),
            ),
          ),
        ),
  );
}

const addressOf = (id: string, name: string): string => `/api/runs/${id}/files/${encodeURIComponent(name)}`;
