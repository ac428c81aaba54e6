import { type ComponentChildren, h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, type Network, type NetworkSummary, type Problem, problemOf } from '../api.ts';
import { go } from '../go.ts';
import { ConfirmButton } from '../parts/confirm-button.ts';
import { ListHead } from '../parts/list-head.ts';
import { ProblemNotice } from '../parts/notice.ts';
import { useAsked } from '../parts/use-asked.ts';
import { hashOf } from '../route.ts';
import { counted, timeText } from '../words.ts';

const listed_count = 200;

/** What is in a network, and what was not understood. */
export function NetworkView({ id }: { id: string }): JSX.Element {
  const { value, problem } = useAsked<Network>(`/networks/${encodeURIComponent(id)}`);
  const [refusal, setRefusal] = useState<Problem>();
  if (value === undefined) {
    const text = problem === undefined ? h('p', { class: 'empty' }, 'Reading …') : h(ProblemNotice, { problem });
    return h('section', null, h('h1', { tabIndex: -1 }, 'Network'), text);
  }
  const remove = (): void => {
    ask('DELETE', `/networks/${id}`).then(
      () => go({ view: 'networks' }),
      (error: unknown) => setRefusal(problemOf(error)),
    );
  };
  const { name, format, created_at, summary } = value;
  const approximations = summary.balanced_equivalent?.approximations ?? [];
  return h(
    'section',
    null,
    h(
      'div',
      { class: 'head' },
      h('h1', { tabIndex: -1 }, name),
      h('a', { class: 'button main', href: hashOf({ view: 'new-study', network: name }) }, 'New study about it'),
      h('a', { class: 'button', href: `/api/networks/${id}/text`, download: name }, 'Download'),
      h(ConfirmButton, { label: 'Delete', question: 'Delete for good?', onConfirm: remove }),
    ),
    refusal === undefined ? null : h(ProblemNotice, { problem: refusal }),
    h(
      'dl',
      { class: 'facts' },
      factsOf(summary, format, created_at).map(([title, fact]) => h('div', { key: title }, h('dt', null, title), h('dd', null, fact))),
    ),
    h(
      Part,
      { title: 'Not understood', count: summary.dropped.length, none: 'Everything in the file was understood.' },
      h(
        'table',
        { class: 'list' },
        h(ListHead, { titles: ['Element', 'Where', 'Why'] }),
        h(
          'tbody',
          null,
          summary.dropped
            .slice(0, listed_count)
            .map(({ element, where, reason }, k) =>
              h(
                'tr',
                { key: k },
                h('th', { scope: 'row' }, element),
                h('td', { 'data-title': 'Where', class: 'mono' }, where),
                h('td', { 'data-title': 'Why' }, reason),
              ),
            ),
        ),
      ),
    ),
    h(Part, { title: 'Worth a look', count: summary.warnings.length }, h(Texts, { texts: summary.warnings })),
    h(
      Part,
      { title: 'Approximated where a study takes all phases as one', count: approximations.length },
      h(Texts, { texts: approximations }),
    ),
  );
}

/** A list with its heading; where it is empty, what that means, or nothing. */
function Part({
  title,
  count,
  none,
  children,
}: {
  title: string;
  count: number;
  none?: string;
  children?: ComponentChildren;
}): JSX.Element | null {
  if (count === 0) return none === undefined ? null : h('p', { class: 'empty' }, none);
  const more = count > listed_count ? h('p', { class: 'more' }, `and ${counted(count - listed_count, 'more', 'more')}`) : null;
  return h('section', null, h('h2', null, `${title} (${count})`), children, more);
}

const Texts = ({ texts }: { texts: readonly string[] }): JSX.Element =>
  h(
    'ul',
    { class: 'plain' },
    texts.slice(0, listed_count).map((text) => h('li', { key: text }, text)),
  );

function factsOf(
  { counts, voltage_levels, shape, slacks, load, feeder }: NetworkSummary,
  format: string,
  created_at: string,
): [string, string][] {
  const count = (name: string): number => counts[name] ?? 0;
  const number = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 1 });
  const closed = count('branches') - count('branches_in_service');
  return [
    ['format', format],
    ['uploaded', timeText(created_at)],
    ['buses', number(count('buses'))],
    ['branches', `${number(count('branches'))}${closed > 0 ? `, ${closed} out of service` : ''}`],
    ['transformers', number(count('transformers'))],
    ['generators', number(count('generators'))],
    ['voltage', voltage_levels.map(({ v_base_kV, buses }) => `${Number(v_base_kV.toPrecision(5))} kV × ${buses}`).join(', ')],
    ['shape', shape],
    ['fed at', slacks.length > 3 ? counted(slacks.length, 'bus', 'buses') : slacks.join(', ')],
    ['load', `${number(load.p_kW)} kW, ${number(load.q_kvar)} kvar`],
    ['phases', feeder === undefined ? 'balanced' : 'phase by phase'],
  ];
}
