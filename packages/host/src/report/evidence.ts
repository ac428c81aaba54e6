/** The end of the report: where the data come from, what proves the result, and how to run it again. */
import type { NegotiateResult } from '@gridflock/core';
import { type Html, html } from './html.ts';
import { named, splitName } from './page/format.ts';

export function notesPanel(result: NegotiateResult): Html {
  const { notes, feeder } = result;
  return html`<section class="panel" id="notes" aria-labelledby="h-notes"><h2 id="h-notes">Where the data come from</h2>
  <ul class="notes">${feeder.source !== '' && html`<li>Feeder ${feeder.name}: ${feeder.source}</li>`}${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

export function certificatePanel(result: NegotiateResult): Html {
  const { certificate, kpis, currency } = result;
  const row = ([name, value]: [string, number | string]): Html =>
    html`<div><dt>${splitName(name).what}<code>${name}</code></dt><dd>${typeof value === 'number' ? named(name, value, currency) : value}</dd></div>`;
  return html`<section class="panel" id="certificate" aria-labelledby="h-certificate"><h2 id="h-certificate">Certificate and figures</h2>
  <dl class="figures">${Object.entries(certificate).map(row)}${Object.entries(kpis).map(row)}</dl></section>`;
}

export function provenancePanel(result: NegotiateResult): Html {
  const { provenance, negotiation } = result;
  return html`<section class="panel" id="provenance" aria-labelledby="h-provenance"><h2 id="h-provenance">Run it again</h2>
  <p class="lede">Same inputs, same seed, same version: same result.</p>
  <dl class="facts"><dt>Version</dt><dd>gridflock ${provenance.version}</dd><dt>Seed</dt><dd>${String(provenance.seed)}</dd><dt>Scheme</dt><dd>${negotiation.scheme}</dd><dt>Transport</dt><dd>${negotiation.transport}</dd></dl>
  <div class="scroll"><table class="wide"><thead><tr><th scope="col">Input</th><th scope="col">SHA-256</th></tr></thead><tbody>${provenance.inputs.map(
    (input) => html`<tr><th scope="row">${input.path}</th><td><code title="${input.sha256}" class="hash">${input.sha256}</code></td></tr>`,
  )}</tbody></table></div></section>`;
}
