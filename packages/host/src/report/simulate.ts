/** The report of a simulation: an oscilloscope, eigenvalues with a slider, delay against gain. One HTML file, self-contained, the same bytes for the same result. */
import type { SimulateResult } from '@gridflock/core';
import { certificateRow, provenancePanel } from './evidence.ts';
import { type Figure, figures } from './feeder-page.ts';
import { feederStyle } from './feeder-style.ts';
import { embeddedJson, type Html, html, raw } from './html.ts';
import { bytes, fixed, short } from './page/format.ts';
import { pageAssets } from './page-script.ts';
import { cautionsPanel, delayMapPanel, eigenvaluePanel, groupPanels, modesPanel, percent, windowsPanel } from './simulate/panels.ts';
import { simulateStyle } from './simulate/style.ts';
import { checksList } from './summary.ts';

export function renderSimulateReport(result: SimulateResult): string {
  const { style } = pageAssets();
  const script = pageAssets('scope').script;
  const { title, study, status, plant, provenance, events, time_s } = result;
  const good = status === 'ok';
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="gridflock ${provenance.version}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${title} · gridflock</title>
<style>
${raw((style + feederStyle + simulateStyle).replace(/<\/style/gi, '<\\/style'))}</style>
</head>
<body>
<a class="skip" href="#scope">Skip to the oscilloscope</a>
<header class="masthead">
  <div class="brand"><span class="mark" aria-hidden="true"></span>gridflock <span>study ${study}</span></div>
  <h1>${title}</h1>
  <p class="where"><span class="status ${good ? 'good' : 'bad'}"><b aria-hidden="true">${good ? '✓' : '!'}</b> ${status}</span><span>${plant.title}</span><span>${plant.devices.length} devices</span><span>${plant.states_count} states</span><span>${fixed(time_s.at(-1) ?? 0)} s</span><span>${events.length} events</span></p>
  <p class="verdict">${verdictOf(result)}</p>
</header>
<noscript><p class="alert">Oscilloscope, eigenvalues and map need JavaScript; figures and tables are complete without it.</p></noscript>
<main id="main" class="feeder">
${figures(keyFigures(result))}
${checksList(result)}
${cautionsPanel(result)}
${scopePanel(result)}
${windowsPanel(result)}
<div class="panels">${eigenvaluePanel(result)}${delayMapPanel(result)}</div>
${modesPanel(result)}
<div class="panels">${groupPanels(result)}</div>
<div class="panels">${certificatePanel(result)}${provenancePanel(result, [['Integrator', integratorText(result)]])}</div>
${result.notes.length > 0 && html`<section class="panel" id="notes"><h2>Notes</h2><ul class="notes">${result.notes.map((note) => html`<li>${note}</li>`)}</ul></section>`}
${result.analysis.left.length > 0 && html`<section class="panel"><h2>Left out of the analysis</h2><ul class="notes">${result.analysis.left.map((text) => html`<li>${text}</li>`)}</ul></section>`}
</main>
<footer>gridflock ${provenance.version} · seed ${String(provenance.seed)} · ${plant.title}</footer>
<script type="application/json" id="result">${embeddedJson(lean(result))}</script>
<script>
${raw(script.replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--'))}
</script>
</body>
</html>
`.html;
}

function scopePanel({ quantities, agents }: SimulateResult): Html {
  return html`<section class="panel" id="scope" aria-labelledby="h-scope" tabindex="0"><h2 id="h-scope">Oscilloscope</h2>
<p class="lede">Drag over a picture to zoom into its time, double-click for the whole run; every picture follows. Choose an event to see what came of it.</p>
<div class="scope-bar"><button type="button" class="chip" id="scope-whole"><b>whole run</b></button><div id="event-chips"></div><output id="scope-range"></output></div>
<div class="lanes">${quantities.map(
    ({ title, unit }, q) =>
      html`<figure class="lane"><h3>${title} <small>${unit}</small></h3><div class="reading" id="reading-${q}"></div><div class="lane-chart" id="lane-${q}"></div></figure>`,
  )}${agents.length > 0 && html`<figure class="lane"><h3>Who speaks when</h3><div class="reading" id="reading-speech"></div><div class="lane-chart" id="lane-speech"></div></figure>`}</div>
<div class="compare"><label class="quiet">Compare with another result.json<input type="file" id="compare-file" accept=".json,application/json"></label><button type="button" class="quiet" id="compare-clear" hidden>remove</button><span id="compare-note" role="status"></span><span class="keys" aria-hidden="true"><kbd>←</kbd><kbd>→</kbd> cursor <kbd>+</kbd><kbd>−</kbd> zoom <kbd>0</kbd> whole run</span></div></section>`;
}

function verdictOf({ status, windows, quantities, analysis, integration }: SimulateResult): string {
  const sentences: string[] = [];
  if (status !== 'ok') sentences.push(`The run ended before its time. ${integration.diagnosis ?? ''}`);
  const aim = quantities.find(({ target }) => target !== null);
  const last = windows.filter(({ measures }) => measures.length > 0).at(-1);
  const measure = last?.measures.find(({ quantity }) => quantity === aim?.name);
  if (status === 'ok' && aim?.target && last && measure?.extreme) {
    const name = aim.title.toLowerCase();
    const band = `${short(aim.target.value, 4)} ± ${short(aim.target.band)} ${aim.unit}`;
    sentences.push(
      measure.settling_s === null
        ? `After the last event (${last.what}) the ${name} does not stay within ${band}.`
        : measure.settling_s === 0
          ? `After the last event (${last.what}) the ${name} stays within ${band} throughout.`
          : `After the last event (${last.what}) the ${name} is back within ${band} in ${fixed(measure.settling_s, 2)} s; it went as far as ${fixed(measure.extreme.value, 3)} ${aim.unit}.`,
    );
  }
  const shared = quantities
    .filter(({ isShared }) => isShared)
    .flatMap(({ title, name }) => {
      const spread = last?.measures.find(({ quantity }) => quantity === name)?.spread_end_frac;
      return spread === undefined || spread === null ? [] : [`${title} ${percent(spread)}`];
    });
  if (shared.length > 0 && status === 'ok') sentences.push(`Spread of what should be equal, at the end: ${shared.join(', ')}.`);
  const margin = analysis.margins.find(({ place }) => place === 'measurements');
  if (margin?.status === 'limited') sentences.push(`The loop bears ${short(1000 * margin.margin_s, 3)} ms of delay of measurements.`);
  return sentences.join(' ');
}

function keyFigures({ windows, quantities, analysis, agents, groups }: SimulateResult): Figure[] {
  const aim = quantities.find(({ target }) => target !== null);
  const measures = windows.flatMap(({ what, measures: list }) =>
    list.filter(({ quantity }) => quantity === aim?.name).map((measure) => ({ what, ...measure })),
  );
  const settled = measures.filter(({ settling_s }) => settling_s !== null && settling_s > 0);
  const slowest = settled.reduce<(typeof settled)[number] | undefined>(
    (most, each) => (most && most.settling_s! >= each.settling_s! ? most : each),
    undefined,
  );
  const messages_count = agents.reduce((sum, agent) => sum + agent.messages_count, 0);
  const bytes_count = agents.reduce((sum, agent) => sum + agent.bytes_count, 0);
  const margin = analysis.margins.find(({ place }) => place === 'measurements');
  const { advice } = analysis;
  const lists: (Figure | undefined)[] = [
    slowest && { title: `${aim!.title}: longest settling`, value: fixed(slowest.settling_s, 2), unit: 's', under: slowest.what },
    ...quantities
      .filter(({ isShared }) => isShared)
      .map(({ title, name }): Figure | undefined => {
        const spread = windows.at(-1)?.measures.find(({ quantity }) => quantity === name)?.spread_end_frac;
        return spread === undefined
          ? undefined
          : { title, value: percent(spread).replace(/ %$/, ''), unit: spread === null ? '' : '%', under: 'spread at the end' };
      }),
    margin && {
      title: 'Delay margin',
      value: margin.status === 'limited' ? short(1000 * margin.margin_s, 3) : margin.status === 'no-limit' ? '> 5' : 'none',
      unit: margin.status === 'limited' ? 'ms' : margin.status === 'no-limit' ? 's' : '',
      under: margin.status === 'limited' ? `of measurements; then ${short(margin.im_rad_per_s / (2 * Math.PI), 2)} Hz` : 'of measurements',
    },
    advice?.speed_frac
      ? {
          title: 'Advised gains',
          value: `×${short(advice.speed_frac, 3)}`,
          unit: '',
          under: `for ${short(1000 * advice.delay_s)} ms, ${fixed(100 * advice.used_frac, 0)} % of the margin used`,
        }
      : undefined,
    agents.length > 0
      ? { title: 'Messages', value: fixed(messages_count), unit: '', under: `${bytes(bytes_count)}, ${agents.length} agents` }
      : undefined,
    groups.length > 0 && analysis.isStable !== null
      ? { title: 'Linearised loop', value: analysis.isStable ? 'stable' : 'unstable', unit: '', under: `${analysis.modes.length} modes` }
      : undefined,
  ];
  return lists.filter((figure): figure is Figure => figure !== undefined);
}

const integratorText = ({ integration: { method, step_s, steps_count, rejected_count } }: SimulateResult): string =>
  `${method}${step_s === null ? '' : `, ${short(1000 * step_s)} ms`}, ${fixed(steps_count)} steps${rejected_count > 0 ? `, ${fixed(rejected_count)} rejected` : ''}`;

function certificatePanel({ certificate, kpis }: SimulateResult): Html {
  return html`<section class="panel" id="certificate" aria-labelledby="h-certificate"><h2 id="h-certificate">Certificate and figures</h2>
  <dl class="figures">${[...Object.entries(certificate), ...Object.entries(kpis)].map((entry) => certificateRow(entry, ''))}</dl></section>`;
}

/** What the page draws, with as many digits as a picture and a reading can show. */
function lean({ title, plant, time_s, quantities, events, agents, groups, analysis }: SimulateResult): unknown {
  const digits = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(7)));
  const brief = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(5)));
  const { sweep } = analysis;
  return {
    title,
    plant,
    time_s: time_s.map(digits),
    quantities: quantities.map((quantity) => ({
      ...quantity,
      lines: quantity.lines.map(({ of, values }) => ({ of, values: values.map(digits) })),
    })),
    events,
    agents,
    groups: groups.map(({ name, starts_s, measureDelay_s }) => ({ name, starts_s, measureDelay_s })),
    analysis: {
      sweep: sweep && {
        ...sweep,
        points: sweep.points.map(({ value, re_per_s, im_rad_per_s, leading }) => ({
          value: digits(value),
          re_per_s: brief(re_per_s),
          im_rad_per_s: brief(im_rad_per_s),
          leading,
        })),
      },
      delayMap: analysis.delayMap,
      advice: analysis.advice,
    },
  };
}
