import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, isOver, type Page, type Problem, problemOf, type Run, type Study } from '../api.ts';
import { liveRuns, useNow_ms, useRuns } from '../live.ts';
import { ListHead } from '../parts/list-head.ts';
import { ProblemNotice } from '../parts/notice.ts';
import { RunProgress } from '../parts/run-progress.ts';
import { StateBadge } from '../parts/state-badge.ts';
import { useAsked } from '../parts/use-asked.ts';
import { hashOf } from '../route.ts';
import { durationText, timeText, tookOf_s } from '../words.ts';

/** All runs, latest first, as they go. */
export function RunsView(): JSX.Element {
  const { runs, isRead, next, pulse } = useRuns();
  const studies = useAsked<Page<Study>>('/studies');
  const [problem, setProblem] = useState<Problem>();
  const nameOf = new Map(studies.value?.items.map(({ id, name }) => [id, name]));
  const listed = [...runs.values()].sort((a, b) => (a.queued_at < b.queued_at ? 1 : -1));
  const now_ms = useNow_ms(listed.some(({ state }) => state === 'running'));
  const more = (): void => {
    if (next !== null) liveRuns.read(next).catch((error: unknown) => setProblem(problemOf(error)));
  };
  const row = (run: Run): JSX.Element =>
    h(
      'tr',
      { key: run.id },
      h(
        'th',
        { scope: 'row' },
        h('a', { href: hashOf({ view: 'run', id: run.id, part: 'report' }) }, nameOf.get(run.study ?? '') ?? `a study of kind ${run.kind}`),
        h('span', { class: 'below' }, run.kind, run.seed === null ? '' : `, seed ${run.seed}`),
      ),
      h(
        'td',
        { 'data-title': 'State' },
        h(StateBadge, { run }),
        run.state === 'running' ? h(RunProgress, { progress: run.progress, label: 'Progress of the run' }) : null,
        run.fault === null ? null : h('span', { class: 'below' }, run.fault.title),
      ),
      h('td', { 'data-title': 'Asked' }, timeText(run.queued_at)),
      h('td', { 'data-title': 'Took', class: 'number' }, tookText(run, now_ms)),
      h('td', { class: 'actions' }, isOver(run) ? null : h(CancelButton, { run, onProblem: setProblem })),
    );
  return h(
    'section',
    null,
    h(
      'div',
      { class: 'head' },
      h('h1', { tabIndex: -1 }, 'Runs'),
      h('a', { class: 'button main', href: hashOf({ view: 'new-study' }) }, 'New study'),
    ),
    problem === undefined ? null : h(ProblemNotice, { problem }),
    listed.length > 0
      ? h(
          'table',
          { class: 'list' },
          h(ListHead, { titles: ['Study', 'State', 'Asked', '>Took', '.Actions'] }),
          h('tbody', null, listed.map(row)),
        )
      : h(
          'p',
          { class: 'empty' },
          isRead
            ? 'Nothing has been run here yet. Make a study from a template, and run it.'
            : pulse === 'away'
              ? 'Waiting for the service …'
              : 'Reading …',
        ),
    next === null ? null : h('button', { type: 'button', class: 'button', onClick: more }, 'Older runs'),
  );
}

const tookText = (run: Run, now_ms: number): string => {
  const took_s = tookOf_s(run, now_ms);
  return took_s === undefined ? '–' : durationText(took_s);
};

export function CancelButton({ run, onProblem }: { run: Run; onProblem: (problem: Problem) => void }): JSX.Element {
  const cancel = (): void => {
    ask<Run>('POST', `/runs/${run.id}/cancel`).then(
      (told) => liveRuns.put([told]),
      (error: unknown) => onProblem(problemOf(error)),
    );
  };
  return h(
    'button',
    { type: 'button', class: 'button', disabled: run.stop_asked, onClick: cancel },
    run.stop_asked ? 'Stopping …' : 'Cancel',
  );
}
