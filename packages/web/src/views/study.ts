import { h, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ask, type Problem, problemOf, type Run, type Study } from '../api.ts';
import { draftOf, keepDraft } from '../drafts.ts';
import { go } from '../go.ts';
import { liveRuns, useRuns } from '../live.ts';
import { ConfirmButton } from '../parts/confirm-button.ts';
import { ProblemNotice } from '../parts/notice.ts';
import { StateBadge } from '../parts/state-badge.ts';
import { showLine, TextEditor } from '../parts/text-editor.ts';
import { useAsked } from '../parts/use-asked.ts';
import { hashOf } from '../route.ts';
import { counted, lineOf, timeText } from '../words.ts';

const pause_ms = 350;
const runsShown_count = 5;

/** A study: its text, checked while it is written, and its runs. */
export function StudyView({ id, line }: { id: string; line: number | undefined }): JSX.Element {
  const { value, problem, again } = useAsked<Study>(`/studies/${encodeURIComponent(id)}`);
  if (value === undefined) {
    const text = problem === undefined ? h('p', { class: 'empty' }, 'Reading …') : h(ProblemNotice, { problem });
    return h('section', null, h('h1', { tabIndex: -1 }, 'Study'), text);
  }
  return h(Editor, { key: `${id} ${value.version}`, stored: value, line, onReload: again });
}

function Editor({ stored, line, onReload }: { stored: Study; line: number | undefined; onReload: () => void }): JSX.Element {
  const kept = draftOf(stored.id);
  const [study, setStudy] = useState(stored);
  const [name, setName] = useState(kept?.name ?? stored.name);
  const [text, setText] = useState(kept?.text ?? stored.text);
  const [base, setBase] = useState(kept?.version ?? stored.version);
  const [fault, setFault] = useState<Problem>();
  const [refusal, setRefusal] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const isChanged = name !== study.name || text !== study.text;
  useEffect(() => keepDraft(study.id, isChanged ? { name, text, version: base } : undefined), [study, name, text, base]);
  useCheck(name, text, setFault);

  const save = async (): Promise<void> => {
    if (!isChanged) return;
    const saved = await ask<Study>('PUT', `/studies/${study.id}`, { name, text }, { 'if-match': `"${base}"` });
    setStudy(saved);
    setBase(saved.version);
  };
  const run = async (): Promise<void> => {
    await save();
    const begun = await ask<Run>('POST', `/studies/${study.id}/runs`, {}, { 'idempotency-key': crypto.randomUUID() });
    liveRuns.put([begun]);
    go({ view: 'run', id: begun.id, part: 'report' });
  };
  const remove = async (): Promise<void> => {
    await ask('DELETE', `/studies/${study.id}`);
    keepDraft(study.id, undefined);
    go({ view: 'studies' });
  };
  const act = (action: () => Promise<void>) => (): void => {
    if (busy) return;
    setBusy(true);
    setRefusal(undefined);
    action()
      .catch((error: unknown) => setRefusal(problemOf(error)))
      .finally(() => setBusy(false));
  };
  const discard = (): void => {
    keepDraft(study.id, undefined);
    setRefusal(undefined);
    setName(study.name);
    setText(study.text);
    setBase(study.version);
    onReload();
  };
  const told = refusal ?? fault;
  const badLine = lineOf(told?.where, name);
  const toLine = (at: number) => (): void => {
    const area = document.querySelector('textarea');
    if (area !== null) showLine(area, at);
  };
  return h(
    'section',
    null,
    h(
      'div',
      { class: 'head' },
      h('h1', { class: 'unseen', tabIndex: -1 }, study.name),
      h('input', {
        class: 'title',
        value: name,
        maxLength: 120,
        'aria-label': 'Name of the study',
        onInput: (event: Event) => setName((event.currentTarget as HTMLInputElement).value),
      }),
      h(
        'button',
        { type: 'button', class: 'button main', disabled: busy, onClick: act(run), 'aria-keyshortcuts': 'Control+Enter' },
        isChanged ? 'Save and run' : 'Run',
      ),
      h(
        'button',
        { type: 'button', class: 'button', disabled: busy || !isChanged, onClick: act(save), 'aria-keyshortcuts': 'Control+S' },
        isChanged ? 'Save' : 'Saved',
      ),
      isChanged ? h(ConfirmButton, { label: 'Undo changes', question: 'Throw them away?', onConfirm: discard }) : null,
      h(ConfirmButton, { label: 'Delete', question: 'Delete for good?', onConfirm: act(remove) }),
    ),
    h(
      'div',
      { class: 'fault-line', id: 'study-fault' },
      told === undefined
        ? h(
            'p',
            { class: 'more' },
            `${study.kind} · changed ${timeText(study.changed_at)} · version ${study.version} · Ctrl+S saves, Ctrl+Enter runs`,
          )
        : h(
            ProblemNotice,
            { problem: told },
            badLine === undefined
              ? null
              : h('button', { type: 'button', class: 'button', onClick: toLine(badLine) }, `Go to line ${badLine}`),
          ),
    ),
    h(TextEditor, { text, badLine, startLine: line, onText: setText, onSave: act(save), onRun: act(run) }),
    h(RunsOfStudy, { study: study.id }),
  );
}

/** Asks whether the text can be read, once the writer pauses. A service that is away is no fault of the text. */
function useCheck(name: string, text: string, onFault: (fault: Problem | undefined) => void): void {
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      ask('POST', '/studies/check', { name, text }).then(
        () => isCurrent && onFault(undefined),
        (error: unknown) => {
          const found = problemOf(error);
          if (isCurrent && found.code !== 'SERVICE_AWAY') onFault(found);
        },
      );
    }, pause_ms);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [name, text]);
}

function RunsOfStudy({ study }: { study: string }): JSX.Element | null {
  const runs = [...useRuns().runs.values()].filter((run) => run.study === study).sort((a, b) => (a.queued_at < b.queued_at ? 1 : -1));
  if (runs.length === 0) return null;
  const more = runs.length - runsShown_count;
  return h(
    'section',
    { class: 'runs-of-study' },
    h('h2', null, 'Its runs'),
    h(
      'ul',
      null,
      runs
        .slice(0, runsShown_count)
        .map((run) =>
          h(
            'li',
            { key: run.id },
            h('a', { href: hashOf({ view: 'run', id: run.id, part: 'report' }) }, timeText(run.queued_at)),
            ' ',
            h(StateBadge, { run }),
          ),
        ),
    ),
    more > 0 ? h('p', { class: 'more' }, `${counted(more, 'older run')} in the list of runs`) : null,
  );
}
