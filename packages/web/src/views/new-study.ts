import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ask, type Network, type Page, type Problem, problemOf, type Study, type Template } from '../api.ts';
import { go } from '../go.ts';
import { ProblemNotice } from '../parts/notice.ts';
import { useAsked } from '../parts/use-asked.ts';

const plain = 'template';
const chosenIn = (event: Event): string => (event.currentTarget as HTMLInputElement | HTMLSelectElement).value;
const keyOf = ({ study, name }: Template): string => `${study}/${name}`;

/** A study from a template or preset, about a network of the catalogue or one that was uploaded. */
export function NewStudyView({ network: wished }: { network: string | undefined }): JSX.Element {
  const templates = useAsked<Page<Template>>('/templates');
  const networks = useAsked<Page<Network>>('/networks');
  const [key, setKey] = useState<string>();
  const [network, setNetwork] = useState(wished ?? '');
  const [name, setName] = useState<string>();
  const [fault, setFault] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const items = templates.value?.items ?? [];
  // whoever comes from a network wants a study about it
  const first = wished === undefined ? items[0] : items.find(({ takes_network }) => takes_network);
  const template = items.find((each) => keyOf(each) === key) ?? first;
  const named = name ?? (template === undefined ? '' : template.name === plain ? `${template.study} study` : template.name);
  const problem = fault ?? templates.problem ?? networks.problem;

  const make = async (): Promise<void> => {
    if (template === undefined) return;
    const about = template.takes_network && network !== '' ? `?network=${encodeURIComponent(network)}` : '';
    const { text } = await ask<{ text: string }>(
      'GET',
      `/templates/${encodeURIComponent(template.study)}/${encodeURIComponent(template.name)}${about}`,
    );
    const study = await ask<Study>('POST', '/studies', { name: named, text });
    go({ view: 'study', id: study.id });
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    setBusy(true);
    make().catch((error: unknown) => {
      setFault(problemOf(error));
      setBusy(false);
    });
  };
  const option = (each: Template): JSX.Element =>
    h('option', { key: keyOf(each), value: keyOf(each) }, each.name === plain ? each.title : `${each.name}: ${each.title}`);
  const kinds = [...new Set(items.map(({ study }) => study))];
  return h(
    'section',
    { class: 'narrow' },
    h('h1', { tabIndex: -1 }, 'New study'),
    problem === undefined ? null : h(ProblemNotice, { problem }),
    h(
      'form',
      { onSubmit },
      h('label', { for: 'template' }, 'Start from'),
      h(
        'select',
        { id: 'template', value: template === undefined ? '' : keyOf(template), onChange: (event: Event) => setKey(chosenIn(event)) },
        kinds.map((kind) => h('optgroup', { key: kind, label: kind }, items.filter(({ study }) => study === kind).map(option))),
      ),
      h('label', { for: 'network' }, 'Network'),
      h(
        'select',
        {
          id: 'network',
          value: network,
          disabled: template?.takes_network !== true,
          onChange: (event: Event) => setNetwork(chosenIn(event)),
          'aria-describedby': 'network-more',
        },
        h('option', { value: '' }, 'as in the template'),
        networks.value?.items.map((each) => h('option', { key: each.id, value: each.name }, each.name)),
      ),
      h(
        'p',
        { class: 'more', id: 'network-more' },
        template?.takes_network === true
          ? 'Devices keep the buses that the template names: set them to buses of your network in the next step.'
          : 'This one brings its own plant or network.',
      ),
      h('label', { for: 'name' }, 'Name'),
      h('input', { id: 'name', value: named, required: true, maxLength: 120, onInput: (event: Event) => setName(chosenIn(event)) }),
      h('button', { type: 'submit', class: 'button main', disabled: busy || template === undefined }, 'Make the study'),
    ),
  );
}
