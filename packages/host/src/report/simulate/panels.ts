/** The parts of a simulation's report that need no script: what came of each event, modes, agents, advice. */
import { catalog, type SimulateResult } from '@gridflock/core';
import { panel, plainTable } from '../feeder-page.ts';
import { type Html, html } from '../html.ts';
import { bytes, fixed, short } from '../page/format.ts';
import { graphDrawing } from './graph-drawing.ts';

export function cautionsPanel({ cautions, integration }: SimulateResult): Html | undefined {
  const list = [...(integration.diagnosis === null ? [] : [integration.diagnosis]), ...cautions];
  if (list.length === 0) return undefined;
  return html`<section class="panel cautions" id="cautions" role="note" aria-labelledby="h-cautions"><h2 id="h-cautions">${integration.diagnosis === null ? 'What theory says before the run' : 'It blew up'}</h2><ul>${list.map((text) => html`<li>${text}</li>`)}</ul></section>`;
}

/** One row per event: how long each quantity took, how far it went. */
export function windowsPanel({ windows, quantities }: SimulateResult): Html | undefined {
  if (windows.length === 0) return undefined;
  const aimed = quantities.filter(({ target }) => target !== null);
  const shared = quantities.filter(({ isShared }) => isShared);
  const rows = windows.map(({ from_s, to_s, what, measures }) => {
    const of = (name: string) => measures.find(({ quantity }) => quantity === name);
    return [
      `${fixed(from_s, from_s % 1 === 0 ? 0 : 2)} s`,
      what,
      ...aimed.flatMap(({ name }) => {
        const measure = of(name);
        if (!measure?.extreme) return ['–', '–', '–'];
        const { value, of: whose } = measure.extreme;
        const rate = measure.rate === null || Math.abs(measure.rate) < 1e-9 ? '0' : short(measure.rate, 2);
        return [settlingText(measure.settling_s, to_s - from_s), `${fixed(value, 3)} (${whose})`, rate];
      }),
      ...shared.flatMap(({ name }) => {
        const measure = of(name);
        return measure ? [settlingText(measure.settling_s, to_s - from_s), percent(measure.spread_end_frac)] : ['–', '–'];
      }),
    ];
  });
  const columns = [
    { title: 'at' },
    { title: 'event' },
    ...aimed.flatMap(({ title, unit, target }) => [
      { title: `${title} in ${short(target!.value, 4)} ± ${short(target!.band)} ${unit} after`, number: true },
      { title: `farthest off, ${unit}`, number: true },
      { title: `first rate, ${unit}/s`, number: true },
    ]),
    ...shared.flatMap(({ title }) => [
      { title: `${title}: spread below 1 % after`, number: true },
      { title: 'at the end', number: true },
    ]),
  ];
  return panel(
    'What came of each event',
    'Settling is the last exit from the band until the next event; the rate is the mean over the first 0.2 s; spread is (max − min)/mean over what is connected.',
    plainTable(columns, rows),
    'windows',
  );
}

const settlingText = (settling_s: number | null, window_s: number): string =>
  settling_s === null ? `!not in ${short(window_s)} s` : settling_s === 0 ? 'never left' : `${fixed(settling_s, 2)} s`;

export const percent = (frac: number | null): string => (frac === null ? '–' : Math.abs(frac) < 5e-7 ? '0 %' : `${short(100 * frac, 3)} %`);

const modes_max_count = 12;

export function modesPanel({ analysis }: SimulateResult): Html | undefined {
  const { modes } = analysis;
  if (modes.length === 0) return undefined;
  return panel(
    'Modes and who takes part in them',
    `All groups on, no delay, ${analysis.point === 'start' ? 'where the run starts: the plant never rests.' : 'at rest before the first event after 0 s.'} ${modes.length > modes_max_count ? `The ${modes_max_count} slowest of ${modes.length}.` : ''}`,
    plainTable(
      [
        { title: 'λ, 1/s' },
        { title: 'frequency', number: true },
        { title: 'damping', number: true },
        { title: 'states with the largest part' },
      ],
      modes.slice(0, modes_max_count).map(({ re_per_s, im_rad_per_s, damping_frac, participation }) => [
        `${re_per_s > 1e-4 ? '!' : ''}${Math.abs(re_per_s) < 1e-4 ? '0' : short(re_per_s, 4)}${im_rad_per_s === 0 ? '' : ` ± ${short(im_rad_per_s, 4)}j`}`,
        im_rad_per_s === 0 ? '–' : `${short(im_rad_per_s / (2 * Math.PI), 3)} Hz`,
        im_rad_per_s === 0 ? '–' : `${fixed(100 * damping_frac, 0)} %`,
        participation
          .filter(({ share_frac }) => share_frac >= 0.005)
          .slice(0, 3)
          .map(({ state, share_frac }) => `${state} ${fixed(100 * share_frac, 0)} %`)
          .join(', '),
      ]),
    ),
    'modes',
  );
}

export function eigenvaluePanel({ analysis }: SimulateResult): Html | undefined {
  const { sweep } = analysis;
  if (sweep === null) return undefined;
  return html`<section class="panel" id="eigenvalues" aria-labelledby="h-eigenvalues"><h2 id="h-eigenvalues">Eigenvalues over ${sweep.parameter}</h2>
<p class="lede">Without delays. Dots are ${sweep.points.length} values from low (blue) to high (orange), crosses the value of the slider; shaded is unstable, left of the dashed rays damping is above 5 %. Point at a cross.</p>
<div class="sweep"><label for="sweep-slider">value</label><input type="range" id="sweep-slider" min="0" max="1" value="0" step="1"><button type="button" class="quiet" id="sweep-here">this study</button><label><input type="checkbox" id="sweep-near" checked> near the axis</label><output id="sweep-text" for="sweep-slider"></output></div>
<div class="chart" id="chart-eigenvalues"></div></section>`;
}

export function delayMapPanel({ analysis }: SimulateResult): Html | undefined {
  const { delayMap, advice } = analysis;
  if (delayMap === null) return undefined;
  return html`<section class="panel" id="delay-map" aria-labelledby="h-delay-map"><h2 id="h-delay-map">Delay against gain</h2>
<p class="lede">How late measurements may be, over the speed of all gains of ${delayMap.parameter.split('.')[0]}: a larger gain is faster and bears less.</p>
<div class="chart" id="chart-delay-map"></div>
<p class="key"><span><i></i>limit of stability</span>${advice !== null && html`<span><i class="used"></i>${fixed(100 * advice.used_frac, 0)} % of it</span>`}${delayMap.field.speed_frac.length > 0 && html`<span><i class="box"></i>settles faster where darker</span>`}</p>${advicePart(advice)}</section>`;
}

function advicePart(advice: SimulateResult['analysis']['advice']): Html | undefined {
  if (advice === null) return undefined;
  const { speed_frac, delay_s, used_frac, margin_s, binds, settling_s, parameters, here } = advice;
  const now = `As it is: ${here.margin_s === null ? 'unstable even without delay' : `bears ${ms(here.margin_s)}`}${here.settling_s === null ? '; with the delay it does not settle' : `, settles in ${short(here.settling_s, 3)} s with ${ms(delay_s)} of delay`}.`;
  if (speed_frac === null) {
    return html`<h3>Advice</h3><p class="remark">No speed bears ${ms(delay_s)} with that to spare: ${binds === 'plant' ? 'the plant is unstable by itself' : 'even the slowest that was tried does not'}. ${now}</p>`;
  }
  const why = {
    delay: 'the delay',
    plant: 'the plant, which a larger gain makes unstable without any delay',
    range: 'nothing up to 64 times',
  }[binds];
  return html`<h3>Advice: ${Object.entries(parameters).map(([name, value], k) => html`${k === 0 ? '' : ', '}<code>${name}: ${short(value, 3)}</code>`)}</h3>
<p class="remark">The fastest gains that bear ${ms(delay_s)} with ${fixed(100 * (1 - used_frac), 0)} % to spare: ${short(speed_frac, 3)} times those of the study. Their margin is ${ms(margin_s)}, and with the delay the slowest mode decays to 1 % in ${short(settling_s, 3)} s. What keeps them from being faster is ${why}. ${now}</p>`;
}

const ms = (time_s: number | null): string => (time_s === null ? '–' : time_s >= 5 ? 'more than 5 s' : `${short(1000 * time_s, 3)} ms`);

export function groupPanels({ groups, agents }: SimulateResult): Html[] {
  return groups.map((group) => {
    const {
      name,
      kind,
      title,
      theorem,
      period_s,
      starts_s,
      spectrum,
      links,
      parameters,
      measureDelay_s,
      linkDelay_s,
      linkDelay_random_s,
      loss_frac,
    } = group;
    const own = agents.filter((agent) => agent.group === name);
    const leaders = catalog.controllers.find((each) => each.name === kind)?.leaders;
    const facts: [string, string][] = [
      ['acts', period_s === 0 ? 'in continuous time' : `every ${short(1000 * period_s)} ms from ${short(starts_s)} s on`],
      ['measurements late by', `${short(1000 * measureDelay_s)} ms`],
      [
        'messages late by',
        `${short(1000 * linkDelay_s)} ms${linkDelay_random_s > 0 ? ` and ${short(1000 * linkDelay_random_s)} ms at random` : ''}`,
      ],
      ['messages lost', percent(loss_frac)],
      ...(links.length > 0 && spectrum.length > 0
        ? [[leaders === undefined ? 'spectrum of L' : 'spectrum of L + G', spectrumText(spectrum)] as [string, string]]
        : []),
    ];
    return html`<section class="panel" aria-labelledby="h-group-${name}"><h2 id="h-group-${name}">Agents: ${name}</h2><p class="lede">${kind}: ${title}</p>
<div class="${links.length > 0 ? 'graph' : ''}">${links.length > 0 && graphDrawing(group, leaders)}<div><dl class="facts wide">${facts.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}${Object.entries(
      parameters,
    ).map(
      ([term, value]) =>
        html`<dt>${term}</dt><dd>${
          typeof value === 'number'
            ? short(value, 4)
            : value
                .slice(0, 12)
                .map((each) => short(each, 4))
                .join(', ')
        }${typeof value !== 'number' && value.length > 12 ? ' …' : ''}</dd>`,
    )}</dl></div></div>
<p class="theorem">${theorem}</p>
${
  own.length > 0 &&
  own.length <= 40 &&
  plainTable(
    [
      { title: 'agent' },
      { title: 'acts', number: true },
      { title: 'spoke', number: true },
      { title: 'messages', number: true },
      { title: 'lost', number: true },
      { title: 'sent', number: true },
    ],
    own.map((agent) => [
      agent.id,
      fixed(agent.acts_count),
      fixed(agent.said_count),
      fixed(agent.messages_count),
      fixed(agent.lost_count),
      bytes(agent.bytes_count),
    ]),
  )
}</section>`;
  });
}

function spectrumText(spectrum: readonly number[]): string {
  const shown = spectrum.length <= 6 ? spectrum : [...spectrum.slice(0, 2), ...spectrum.slice(-1)];
  return shown.map((value, k) => `${k === 2 && spectrum.length > 6 ? '… ' : ''}${short(Math.abs(value) < 1e-9 ? 0 : value, 4)}`).join(', ');
}
