import { h, type JSX } from 'preact';
import type { Page, Study } from '../api.ts';
import { draftOf } from '../drafts.ts';
import { ListHead } from '../parts/list-head.ts';
import { ProblemNotice } from '../parts/notice.ts';
import { useAsked } from '../parts/use-asked.ts';
import { hashOf } from '../route.ts';
import { timeText } from '../words.ts';

/** Drafts of studies, latest change first. */
export function StudiesView(): JSX.Element {
  const { value, problem } = useAsked<Page<Study>>('/studies');
  const row = ({ id, name, kind, changed_at }: Study): JSX.Element =>
    h(
      'tr',
      { key: id },
      h(
        'th',
        { scope: 'row' },
        h('a', { href: hashOf({ view: 'study', id }) }, name),
        draftOf(id) === undefined ? null : h('span', { class: 'below' }, 'changed, not saved'),
      ),
      h('td', { 'data-title': 'Kind' }, kind),
      h('td', { 'data-title': 'Changed' }, timeText(changed_at)),
    );
  return h(
    'section',
    null,
    h(
      'div',
      { class: 'head' },
      h('h1', { tabIndex: -1 }, 'Studies'),
      h('a', { class: 'button main', href: hashOf({ view: 'new-study' }) }, 'New study'),
    ),
    problem === undefined ? null : h(ProblemNotice, { problem }),
    value === undefined || value.items.length === 0
      ? h(
          'p',
          { class: 'empty' },
          value !== undefined ? 'No study is kept here yet. Make one from a template.' : problem === undefined ? 'Reading …' : null,
        )
      : h('table', { class: 'list' }, h(ListHead, { titles: ['Study', 'Kind', 'Changed'] }), h('tbody', null, value.items.map(row))),
  );
}
