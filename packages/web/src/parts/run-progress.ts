import { h, type JSX } from 'preact';
import type { Progress } from '../api.ts';

/** How far a run is: a bar where an end is known, a moving one where not, and what it says about itself. */
export function RunProgress({ progress, label }: { progress: Progress | null; label: string }): JSX.Element {
  const total = progress?.total;
  const known = progress !== null && total !== undefined && total > 0;
  const bar = known
    ? h('progress', { max: total, value: Math.min(progress.done, total), 'aria-label': label })
    : h('progress', { 'aria-label': label });
  return h('div', { class: 'progress' }, bar, h('span', { class: 'progress-text' }, progress === null ? 'begins' : wordsOf(progress)));
}

function wordsOf({ phase, done, total, text }: Progress): string {
  const count =
    total !== undefined
      ? ` ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
      : done > 0
        ? ` ${done.toLocaleString('en')}`
        : '';
  return `${phase}${count}${text === undefined ? '' : ` · ${text}`}`;
}
