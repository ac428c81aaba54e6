import type { Case } from '@gridflock/core';
import { panel, plainTable } from './feeder-page.ts';
import { type Html, html } from './html.ts';

/** What of the file is not in the answer, and what looked odd; nothing where there is nothing. */
export function droppedPanel({ dropped, warnings }: Case): Html | undefined {
  if (dropped.length === 0 && warnings.length === 0) return undefined;
  const lost =
    dropped.length === 0
      ? undefined
      : plainTable(
          [{ title: 'element' }, { title: 'where' }, { title: 'why' }],
          dropped.map(({ element, where, reason }) => [element, where, reason]),
        );
  const odd = warnings.length === 0 ? undefined : html`<ul class="log">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`;
  return panel(
    'What was not carried over, and what looked odd',
    `${dropped.length} not carried over, ${warnings.length} odd.`,
    html`${odd}${lost}`,
  );
}
