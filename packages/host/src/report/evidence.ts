/** The end of the report: where the data come from, what proves the result, and how to run it again. */
import type { NegotiateResult, StudyResult } from '@gridflock/core';
import { type Html, html } from './html.ts';
import { named, splitName } from './page/format.ts';

export function notesPanel(result: Pick<NegotiateResult, 'notes' | 'feeder'>): Html {
  const { notes, feeder } = result;
  return html`<section class="panel" id="notes" aria-labelledby="h-notes"><h2 id="h-notes">Where the data come from</h2>
  <ul class="notes">${feeder.source !== '' && html`<li>Feeder ${feeder.name}: ${feeder.source}</li>`}${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

/** A named value with its unit, for a list of figures. */
export function certificateRow([name, value]: readonly [string, number | string], currency: string): Html {
  return html`<div class="${typeof value === 'string' && value.length > 48 ? 'long' : ''}"><dt title="${name}">${splitName(name).what}</dt><dd>${
    typeof value === 'number' ? named(name, value, currency) : value
  }</dd></div>`;
}

export function certificatePanel(result: NegotiateResult): Html {
  const { certificate, kpis, currency, plans } = result;
  const row = (entry: [string, number | string]): Html => certificateRow(entry, currency);
  // figures that every plan has, as one row each
  const prefixOf = (name: string): string | undefined => plans.find((plan) => name.startsWith(`${plan.name}_`))?.name;
  const quantities = [
    ...new Set(Object.keys(kpis).flatMap((name) => (prefixOf(name) === undefined ? [] : [name.slice(prefixOf(name)!.length + 1)]))),
  ];
  const others = Object.entries(kpis).filter(([name]) => prefixOf(name) === undefined);
  return html`<section class="panel" id="certificate" aria-labelledby="h-certificate"><h2 id="h-certificate">Certificate and figures</h2>
  <dl class="figures">${Object.entries(certificate).map(row)}${others.map(row)}</dl>
  ${
    quantities.length > 0 &&
    html`<div class="scroll"><table class="wide"><thead><tr><th scope="col">Figure</th>${plans.map((plan) => html`<th scope="col" class="number">${plan.name}</th>`)}</tr></thead><tbody>${quantities.map(
      (quantity) =>
        html`<tr><th scope="row">${splitName(quantity).what}</th>${plans.map((plan) => {
          const value = kpis[`${plan.name}_${quantity}`];
          return html`<td class="number">${value === undefined ? '–' : named(quantity, value, currency)}</td>`;
        })}</tr>`,
    )}</tbody></table></div>`
  }</section>`;
}

/** @param facts - what else makes the run, by name */
export function provenancePanel({ provenance }: StudyResult, facts: readonly (readonly [name: string, value: string])[]): Html {
  return html`<section class="panel" id="provenance" aria-labelledby="h-provenance"><h2 id="h-provenance">Run it again</h2>
  <p class="lede">Same inputs, same seed, same version: same result.</p>
  <dl class="facts"><dt>Version</dt><dd>gridflock ${provenance.version}</dd><dt>Seed</dt><dd>${String(provenance.seed)}</dd>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
  <div class="scroll"><table class="wide"><thead><tr><th scope="col">Input</th><th scope="col">SHA-256</th></tr></thead><tbody>${provenance.inputs.map(
    (input) => html`<tr><th scope="row">${input.path}</th><td><code title="${input.sha256}" class="hash">${input.sha256}</code></td></tr>`,
  )}</tbody></table></div></section>`;
}
