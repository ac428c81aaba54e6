import type { StudyResult } from '@gridflock/core';
import { feederStyle } from './feeder-style.ts';
import { type Html, html, raw } from './html.ts';
import { pageAssets } from './page-script.ts';

export interface FeederPage {
  readonly title: string;
  /** What kind of run: shown beside the brand. */
  readonly kind: string;
  readonly status: 'converged' | 'diverged' | 'hunting' | StudyResult['status'];
  /** Short facts under the title. */
  readonly facts: readonly string[];
  /** The whole answer in a sentence or two. */
  readonly verdict: string;
  readonly body: readonly (Html | undefined)[];
  readonly version: string;
  /** Rules beside those that all reports of feeders share. */
  readonly style?: string;
}

/** The report of a feeder: one HTML file without script, self-contained, the same bytes for the same answer. */
export function feederPage({ title, kind, status, facts, verdict, body, version, style = '' }: FeederPage): string {
  const good = status === 'converged' || status === 'ok';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="gridflock ${version}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${title} · gridflock</title>
<style>
${raw((pageAssets().style + feederStyle + style).replace(/<\/style/gi, '<\\/style'))}</style>
</head>
<body>
<header class="masthead">
  <div class="brand"><span class="mark" aria-hidden="true"></span>gridflock <span>${kind}</span></div>
  <h1>${title}</h1>
  <p class="where"><span class="status ${good ? 'good' : 'bad'}"><b aria-hidden="true">${good ? '✓' : '!'}</b> ${status}</span>${facts.map((fact) => html`<span>${fact}</span>`)}</p>
  <p class="verdict">${verdict}</p>
</header>
<main id="main" class="feeder">
${body.filter((part) => part !== undefined)}
</main>
<footer>gridflock ${version} · ${title}</footer>
</body>
</html>
`.html;
}

export function panel(title: string, lede: string, content: Html, id?: string): Html {
  return html`<section class="panel"${id === undefined ? undefined : html` id="${id}"`}><h2>${title}</h2>${lede === '' ? undefined : html`<p class="lede">${lede}</p>`}
${content}</section>`;
}

export interface Figure {
  readonly title: string;
  readonly value: string;
  readonly unit: string;
  readonly under: string;
}

export const figures = (list: readonly Figure[]): Html =>
  html`<section aria-label="Key figures"><div class="cards even">${list.map(
    ({ title, value, unit, under }) =>
      html`<article class="card"><h2>${title}</h2><p class="figure">${value}${unit === '' ? undefined : html`<small> ${unit}</small>`}</p><p class="under">${under}</p></article>`,
  )}</div></section>`;

export interface TableColumn {
  readonly title: string;
  readonly number?: boolean;
}

/** A cell that starts with `!` is outside what it should be. */
export function plainTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): Html {
  const kind = (k: number, cell: string): string => `${columns[k]?.number ? 'number' : ''}${cell.startsWith('!') ? ' out' : ''}`.trim();
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table: ${columns[0]?.title ?? ''}"><table class="plain"><thead><tr>${columns.map(
    ({ title, number }) => html`<th scope="col" class="${number ? 'number' : ''}">${title}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, k) => html`<td class="${kind(k, cell)}">${cell.replace(/^!/, '')}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
