import { type ComponentChildren, h, type JSX } from 'preact';
import type { Problem } from '../api.ts';

/** What went wrong, where, and what to do; read aloud when it appears. */
export function ProblemNotice({ problem, children }: { problem: Partial<Problem>; children?: ComponentChildren }): JSX.Element {
  return h(
    'div',
    { class: 'notice', role: 'alert' },
    h('p', { class: 'notice-title' }, problem.title ?? 'Something went wrong'),
    h(
      'p',
      { class: 'notice-more' },
      problem.where === undefined ? null : h('span', { class: 'mono' }, problem.where, ' '),
      problem.hint ?? null,
      problem.code === undefined ? null : h('span', { class: 'code' }, ' ', problem.code),
    ),
    children,
  );
}
