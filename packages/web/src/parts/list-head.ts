import { h, type JSX } from 'preact';

/** The heads of a list's columns; `>Size` stands over numbers, `.Actions` is only read aloud. */
export function ListHead({ titles }: { titles: readonly string[] }): JSX.Element {
  const head = (title: string): JSX.Element => {
    const name = title.replace(/^[>.]/, '');
    const isUnseen = title.startsWith('.');
    const props = { key: name, scope: 'col', class: title.startsWith('>') ? 'number' : undefined } as const;
    return h('th', props, isUnseen ? h('span', { class: 'unseen' }, name) : name);
  };
  return h('thead', null, h('tr', null, titles.map(head)));
}
