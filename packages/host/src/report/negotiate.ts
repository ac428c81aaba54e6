/** The report of a negotiate study: one HTML file, self-contained, the same bytes for the same result. */
import type { NegotiateResult } from '@gridflock/core';
import { certificatePanel, notesPanel, provenancePanel } from './evidence.ts';
import { keptPanel, ownersPanel, trafficLede, trafficPanel } from './exchange.ts';
import { embeddedJson, type Html, html, raw } from './html.ts';
import { pageAssets } from './page-script.ts';
import { cards, checksList, conflictAlert, horizonText, masthead } from './summary.ts';

export function renderNegotiateReport(result: NegotiateResult): string {
  const { script, style } = pageAssets();
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="gridflock ${result.provenance.version}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${result.title} · gridflock</title>
<style>
${raw(style.replace(/<\/style/gi, '<\\/style'))}</style>
</head>
<body>
<svg width="0" height="0" aria-hidden="true" class="unseen"><defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" class="hatch-ground"/><line x1="0" y1="0" x2="0" y2="7" class="hatch-line"/></pattern></defs></svg>
<a class="skip" href="#main">Skip to the charts</a>
${masthead(result)}
<noscript><p class="alert">The charts of this report need JavaScript; figures, checks, money and messages are complete without it.</p></noscript>
<main id="main">
${conflictAlert(result)}
<section id="summary" aria-label="Key figures">${cards(result)}${checksList(result)}</section>
<div class="timebar" role="region" aria-label="Time and plan">
  <button type="button" id="time-play" aria-pressed="false" aria-label="Play the day">▶</button>
  <div class="time-track"><input type="range" id="time-slider" min="0" max="0" value="0" step="1" aria-label="Time step"><div id="time-strip" aria-hidden="true"></div></div>
  <output id="time-text" for="time-slider" aria-live="off"></output>
  <div id="plan-switch" class="switch" role="radiogroup" aria-label="Plan"></div>
  <span class="keys" aria-hidden="true"><kbd>←</kbd><kbd>→</kbd> step <kbd>1</kbd>–<kbd>3</kbd> plan <kbd>space</kbd> play</span>
</div>
<div class="grid">
${chart('feeder', 'The feeder', 'Colour is voltage, width is power. Point at a bus or choose one; the cursor of every chart moves this picture through the day.', 'full', feederParts)}
${chart('schedule', 'Who produces, who consumes', 'Generation above zero, consumption below; the line is what the feeder imports.', 'full', html`<div class="with-legend"><div class="chart" id="chart-schedule"></div><ul class="legend readings" id="legend-schedule"></ul></div>`)}
${chart('voltage', 'Voltage over the day', 'Band from the lowest to the highest bus; the thin line is the chosen bus; hatched is outside the limits.', 'full', html`<div class="multiples" id="chart-voltage"></div>`)}
${chart(
  'prices',
  'What a kilowatt-hour is worth, where and when',
  'Price at every bus and step. Click a row to choose its bus.',
  'full',
  html`<p class="note" id="note-prices" role="status"></p><div class="pair"><div><div class="chart" id="chart-prices"></div><div class="scale" id="scale-prices"></div></div>
  <div><div class="chart" id="chart-price-line"></div><ul class="legend" id="readout-prices"></ul></div></div>`,
)}
${chart('states', 'What is stored', 'State of every device that stores energy or heat, at the end of each step.', 'half', html`<div id="chart-states"></div>`)}
${chart('convergence', 'How they came to agree', 'Residuals of each round on a log scale; the dashed line is the tolerance of the stop rule.', 'half', html`<div class="chart" id="chart-convergence"></div><ul class="legend" id="readout-convergence"></ul>`)}
${ownersPanel(result)}
<div class="stack">${notesPanel(result)}${provenancePanel(result, [
    ['Scheme', result.negotiation.scheme],
    ['Transport', result.negotiation.transport],
  ])}</div>
${trafficPanel(result.negotiation.traffic, trafficLede(result.negotiation))}
${keptPanel(result.negotiation)}
${certificatePanel(result)}
</div>
</main>
<footer>gridflock ${result.provenance.version} · seed ${String(result.provenance.seed)} · ${result.network} · ${horizonText(result)}</footer>
<script type="application/json" id="result">${embeddedJson(lean(result))}</script>
<script>
${raw(script.replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--'))}
</script>
</body>
</html>
`;
  return page.html;
}

/** A panel with a chart that the page's script draws, and the table behind it. */
function chart(name: string, title: string, lede: string, width: 'full' | 'half', content: Html): Html {
  return html`<section class="panel ${width}" id="${name}" aria-labelledby="h-${name}"><h2 id="h-${name}">${title}</h2><p class="lede">${lede}</p>
${content}
<details class="data" id="table-${name}"><summary>Table and CSV</summary></details></section>`;
}

const feederParts = html`<ul class="readout" id="readout-feeder"></ul>
<div class="feeder-row"><div class="feeder-main"><div class="chart" id="chart-feeder"></div><div class="scale" id="scale-feeder"></div><div class="scale" id="letters-feeder"></div></div>
<aside class="bus-panel" aria-label="Chosen bus"><label for="bus-select" class="unseen">Bus</label><select id="bus-select"></select><div id="bus-spark"></div><dl class="facts" id="bus-facts"></dl><ul id="bus-devices"></ul></aside></div>`;

/** Numbers in lists, of which there are many, with six significant digits: what can be drawn or read in a table. */
function lean(result: NegotiateResult): unknown {
  const visit = (value: unknown, inList: boolean): unknown => {
    if (typeof value === 'number')
      return inList && !Number.isInteger(value) && Number.isFinite(value) ? Number(value.toPrecision(6)) : value;
    // a branch without a limit has no loading at any step
    if (Array.isArray(value)) return value.every((item) => item === null) ? [] : value.map((item) => visit(item, true));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, false)]));
    }
    return value;
  };
  return visit(result, false);
}
