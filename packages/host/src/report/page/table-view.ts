/** The table behind a chart: built when it is opened, and the same rows as a CSV file. */
import { html } from './elements.ts';
import type { Page } from './frame.ts';
import type { ViewKey } from './state.ts';

export interface TableContent {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A field as CSV wants it; a leading sign of a formula is kept from spreadsheets. */
function csvField(text: string): string {
  const plain = text.replaceAll('\u2212', '-').replaceAll('\u202f', '').replace(/^–$/, '');
  const safe = /^[=@\t\r]/.test(plain) || /^[+-](?![\d.])/.test(plain) ? `'${plain}` : plain;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function attachTable(page: Page, details: HTMLElement, name: string, keys: readonly ViewKey[], content: () => TableContent): void {
  if (!(details instanceof HTMLDetailsElement)) return;
  const body = html('div', { class: 'table-body' });
  details.append(body);
  const fill = (): void => {
    if (!details.open) return;
    const { caption, columns, rows } = content();
    const save = html('button', { type: 'button', class: 'quiet' }, 'Save as CSV');
    save.addEventListener('click', () => {
      const text = [columns, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n');
      const link = html('a', { href: URL.createObjectURL(new Blob([`${text}\r\n`], { type: 'text/csv' })), download: `${name}.csv` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    const head = html('tr', {}, ...columns.map((column, k) => html('th', { scope: 'col', class: k === 0 ? '' : 'number' }, column)));
    const table = html(
      'table',
      {},
      html('caption', {}, caption),
      html('thead', {}, head),
      html(
        'tbody',
        {},
        ...rows.map((row) =>
          html('tr', {}, ...row.map((cell, k) => (k === 0 ? html('th', { scope: 'row' }, cell) : html('td', { class: 'number' }, cell)))),
        ),
      ),
    );
    body.replaceChildren(save, html('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, table));
  };
  details.addEventListener('toggle', fill);
  page.store.on(keys, fill);
}
