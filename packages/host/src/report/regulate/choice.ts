import { type Html, html } from '../html.ts';

export interface Option {
  readonly label: string;
  readonly content: Html;
}

/** Alternatives of which one shows: radio buttons and style rules, so that keys work and no script is needed. Printed, all show. */
export function choice(name: string, legend: string, options: readonly Option[]): Html {
  if (options.length <= 1) return html`${options.map(({ content }) => content)}`;
  return html`<div class="choice"><div class="switch" role="radiogroup" aria-label="${legend}">${options.map(
    ({ label }, k) =>
      html`<input type="radio" class="pick-${k}" name="${name}" id="${name}-${k}"${k === 0 ? html` checked` : undefined}><label for="${name}-${k}">${label}</label>`,
  )}</div>${options.map(({ content }, k) => html`<div class="option option-${k}">${content}</div>`)}</div>`;
}
