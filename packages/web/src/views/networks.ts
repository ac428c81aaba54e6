import { h, type JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { ask, type Network, type Page, type Problem, problemOf } from '../api.ts';
import { go } from '../go.ts';
import { ListHead } from '../parts/list-head.ts';
import { ProblemNotice } from '../parts/notice.ts';
import { useAsked } from '../parts/use-asked.ts';
import { hashOf } from '../route.ts';
import { counted } from '../words.ts';

/** Networks that were uploaded, and the place to put another one. */
export function NetworksView(): JSX.Element {
  const { value, problem } = useAsked<Page<Network>>('/networks');
  const row = ({ id, name, format, summary }: Network): JSX.Element =>
    h(
      'tr',
      { key: id },
      h('th', { scope: 'row' }, h('a', { href: hashOf({ view: 'network', id }) }, name)),
      h('td', { 'data-title': 'Format' }, format),
      h('td', { 'data-title': 'Buses', class: 'number' }, summary.counts['buses']),
      h('td', { 'data-title': 'Branches', class: 'number' }, summary.counts['branches']),
      h(
        'td',
        { 'data-title': 'Not understood' },
        summary.dropped.length === 0 ? 'all understood' : counted(summary.dropped.length, 'element'),
      ),
    );
  return h(
    'section',
    null,
    h('div', { class: 'head' }, h('h1', { tabIndex: -1 }, 'Networks')),
    h(Upload, {}),
    problem === undefined ? null : h(ProblemNotice, { problem }),
    value === undefined || value.items.length === 0
      ? h(
          'p',
          { class: 'empty' },
          value !== undefined
            ? 'None was uploaded yet. Studies may use the built-in ones, too.'
            : problem === undefined
              ? 'Reading …'
              : null,
        )
      : h(
          'table',
          { class: 'list' },
          h(ListHead, { titles: ['Network', 'Format', '>Buses', '>Branches', 'Not understood'] }),
          h('tbody', null, value.items.map(row)),
        ),
  );
}

/** Takes a file by picker or by drop, and opens what the service understood of it. */
function Upload(): JSX.Element {
  const picker = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<Problem>();
  const send = async (file: File): Promise<void> => {
    const network = await ask<Network>('POST', '/networks', { name: file.name, text: await file.text() });
    go({ view: 'network', id: network.id });
  };
  const take = (file: File | undefined): void => {
    if (file === undefined || busy !== undefined) return;
    setBusy(file.name);
    setFault(undefined);
    send(file)
      .catch((error: unknown) => setFault(problemOf(error)))
      .finally(() => {
        setBusy(undefined);
        // the same file may be picked again after it was corrected
        if (picker.current !== null) picker.current.value = '';
      });
  };
  return h(
    'div',
    {
      class: isOver ? 'drop over' : 'drop',
      onDragOver: (event: DragEvent) => {
        event.preventDefault();
        setIsOver(true);
      },
      onDragLeave: () => setIsOver(false),
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer?.files[0]);
      },
    },
    h('label', { for: 'network-file' }, busy === undefined ? 'Drop a network file here, or choose one' : `Reading ${busy} …`),
    h('input', {
      id: 'network-file',
      ref: picker,
      type: 'file',
      disabled: busy !== undefined,
      onChange: (event: Event) => take((event.currentTarget as HTMLInputElement).files?.[0]),
    }),
    h('p', { class: 'more' }, 'OpenDSS (one file), pandapower JSON, MATPOWER, power-grid-model or gridflock'),
    fault === undefined ? null : h(ProblemNotice, { problem: fault }),
  );
}
