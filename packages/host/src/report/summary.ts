/** The top of the report: what was asked, how it ended, the figures that matter, and the checks. */
import type { NegotiateResult, PlanResult, StudyResult } from '@gridflock/core';
import { type Html, html } from './html.ts';
import { bytes, fixed, short, signed } from './page/format.ts';
import { wallClock } from './page/ticks.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const highest = (values: readonly number[]): number => values.reduce((best, value) => Math.max(best, value), Number.NEGATIVE_INFINITY);

const plural = (count: number, noun: string): string => `${fixed(count)} ${noun}${count === 1 ? '' : 's'}`;

export type PlanName = PlanResult['name'];
export const planOf = (result: NegotiateResult, name: PlanName): PlanResult | undefined => result.plans.find((plan) => plan.name === name);

/** How far the negotiated plan is from the central one, by what the optimiser minimised. */
export function gapToCentral_frac(result: NegotiateResult): number | undefined {
  const stated = result.kpis['gap_to_central_frac'] ?? result.certificate['central_gap_frac'];
  if (typeof stated === 'number') return stated;
  const negotiated = planOf(result, 'negotiated')?.objective_cur;
  const central = planOf(result, 'central')?.objective_cur;
  if (negotiated === undefined || central === undefined || Math.abs(central) < 1e-12) return undefined;
  return (negotiated - central) / Math.abs(central);
}

/** What is certified without trusting the central plan: the distance to a bound that no plan can beat. */
function gapToBound_frac(result: NegotiateResult): number | undefined {
  const stated = result.certificate['bound_gap_frac'] ?? result.certificate['gap_frac'] ?? result.kpis['gap_to_bound_frac'];
  return typeof stated === 'number' ? stated : undefined;
}

const percent = (share: number | undefined): string => (share === undefined ? '–' : Math.abs(share) < 5e-7 ? '0' : short(100 * share, 2));

const statusTexts = {
  ok: { mark: '✓', text: 'Agreed', good: true },
  infeasible: { mark: '✕', text: 'Infeasible', good: false },
  'not-converged': { mark: '!', text: 'Not converged', good: false },
} as const;

export function horizonText(result: Pick<NegotiateResult, 'time'>): string {
  const { steps, dt_h, zone } = result.time;
  const first = steps[0];
  if (first === undefined) return 'no time steps';
  const start = wallClock(first);
  const step = dt_h < 1 ? `${fixed(dt_h * 60)} min` : `${short(dt_h)} h`;
  return `${start.date} from ${start.time} (${zone}), ${steps.length} × ${step}`;
}

export function masthead(result: NegotiateResult): Html {
  const status = statusTexts[result.status] ?? { mark: '?', text: result.status, good: false };
  return html`<header class="masthead">
  <div class="brand"><span class="mark" aria-hidden="true"></span>gridflock <span>study ${result.study}</span></div>
  <button type="button" id="theme-switch" class="quiet">Dark</button>
  <h1>${result.title}</h1>
  <p class="where"><span class="status ${status.good ? 'good' : 'bad'}"><b aria-hidden="true">${status.mark}</b> ${status.text}</span>
    <span>${result.network}</span><span>${horizonText(result)}</span><span>${plural(result.devices.length, 'device')} of ${plural(new Set(result.devices.map((device) => device.owner)).size, 'owner')}</span></p>
  <p class="verdict">${verdict(result)}</p>
</header>`;
}

/** The whole study in a sentence or two, with care for the cases in which it is not a success. */
export function verdict(result: NegotiateResult): string {
  const alone = planOf(result, 'uncoordinated');
  const negotiated = planOf(result, 'negotiated');
  const { negotiation, currency } = result;
  if (result.status === 'infeasible')
    return 'No plan satisfies everyone and the wires at once. What conflicts is listed below; nothing here should be dispatched.';
  if (!negotiated) return 'This result holds no negotiated plan.';
  const sentences: string[] = [];
  const rounds = `${fixed(negotiation.rounds_count)} ${negotiation.rounds_count === 1 ? 'round' : 'rounds'} of messages`;
  if (!negotiation.converged) sentences.push(`After ${rounds} the agents had not agreed; the figures below are where they stood.`);
  if (alone) {
    const saved = alone.cost_cur - negotiated.cost_cur;
    const share = Math.abs(alone.cost_cur) > 1e-9 ? ` (${short((100 * Math.abs(saved)) / Math.abs(alone.cost_cur))}\u202f%)` : '';
    const change =
      Math.abs(saved) < 0.005
        ? 'cost the same as everyone alone'
        : saved > 0
          ? `save ${fixed(saved, 2)} ${currency}${share} against everyone alone`
          : `cost ${fixed(-saved, 2)} ${currency}${share} more than everyone alone`;
    const before = alone.ac.violations_count;
    const after = negotiated.ac.violations_count;
    const volts =
      before === 0 && after === 0
        ? 'Voltages stay inside their limits with and without them'
        : after === 0
          ? `All ${fixed(before)} voltage violations disappear`
          : after < before
            ? `Voltage violations fall from ${fixed(before)} to ${fixed(after)}`
            : `${fixed(after)} voltage violations remain (${fixed(before)} without coordination)`;
    sentences.push(`${negotiation.converged ? `${rounds} ` : 'So far they '}${change}. ${volts}.`);
  }
  const gap = gapToCentral_frac(result);
  if (gap !== undefined && negotiation.converged) {
    sentences.push(
      `One optimiser that knew everything would do ${Math.abs(gap) < 5e-5 ? 'no better, to within 0.005\u202f%' : `${short(100 * Math.abs(gap), 2)}\u202f% ${gap > 0 ? 'better' : 'worse'}`}.`,
    );
  }
  return sentences.join(' ');
}

interface Card {
  readonly title: string;
  readonly unit: string;
  readonly decimals: number;
  readonly value: (plan: PlanResult) => number;
  readonly less?: boolean;
  readonly extra?: (plan: PlanResult) => string;
}

function card({ title, unit, decimals, value, extra }: Card, result: NegotiateResult): Html {
  const negotiated = planOf(result, 'negotiated') ?? result.plans[0];
  const rows = (['uncoordinated', 'central'] as const).flatMap((name) => {
    const plan = planOf(result, name);
    if (!plan || plan === negotiated) return [];
    const difference = negotiated ? value(negotiated) - value(plan) : undefined;
    return [
      html`<tr><th scope="row">${name}</th><td>${fixed(value(plan), decimals)}</td><td class="difference">${Number(difference?.toFixed(decimals)) === 0 ? '=' : signed(difference, decimals)}</td></tr>`,
    ];
  });
  return html`<article class="card"><h2>${title}</h2>
  <p class="figure">${negotiated ? fixed(value(negotiated), decimals) : '–'}${unit === '' ? '' : html`<small> ${unit}</small>`}</p>
  <p class="under">${negotiated ? `${negotiated.name}${extra ? `, ${extra(negotiated)}` : ''}` : ''}</p>
  <table><caption class="unseen">${title}, other plans and difference of the negotiated plan to them</caption><tbody>${rows}</tbody></table></article>`;
}

export function cards(result: NegotiateResult): Html {
  const { negotiation, currency, time } = result;
  const gap = gapToCentral_frac(result);
  const bound = gapToBound_frac(result);
  const objectives = (bound === undefined ? (['negotiated', 'central'] as const) : (['negotiated'] as const)).map((name) => {
    const plan = planOf(result, name);
    return (
      plan && html`<tr><th scope="row">${name}</th><td>${fixed(plan.objective_cur, Math.abs(plan.objective_cur) >= 1000 ? 0 : 2)}</td></tr>`
    );
  });
  const plans: Card[] = [
    {
      title: 'Cost',
      unit: currency,
      decimals: result.plans.some((plan) => Math.abs(plan.cost_cur) >= 1000) ? 0 : 2,
      value: (plan) => plan.cost_cur,
    },
    { title: 'Lowest voltage', unit: 'pu', decimals: 3, value: (plan) => plan.ac.v_min_pu, extra: (plan) => `bus ${plan.ac.v_min_bus}` },
    { title: 'Voltage violations', unit: '', decimals: 0, value: (plan) => plan.ac.violations_count, extra: () => 'buses × steps' },
    {
      title: 'Losses',
      unit: 'kWh',
      decimals: result.plans.some((plan) => sum(plan.ac.loss_kW) * time.dt_h >= 1000) ? 0 : 1,
      value: (plan) => sum(plan.ac.loss_kW) * time.dt_h,
    },
    {
      title: 'Peak import',
      unit: 'kW',
      decimals: 0,
      value: (plan) => (plan.ac.p_import_kW.length > 0 ? highest(plan.ac.p_import_kW) : Number.NaN),
    },
  ];
  return html`<div class="cards">${plans.map((one) => card(one, result))}
  <article class="card"><h2>Rounds</h2><p class="figure">${fixed(negotiation.rounds_count)}</p><p class="under">${negotiation.converged ? 'to agreement' : 'without agreement'}</p>
    <table><caption class="unseen">Effort of the negotiation</caption><tbody><tr><th scope="row">messages</th><td>${fixed(negotiation.messages_count)}</td></tr><tr><th scope="row">data</th><td>${bytes(negotiation.bytes_count)}</td></tr></tbody></table></article>
  <article class="card"><h2>${bound === undefined ? 'Gap to central' : 'Certified gap'}</h2><p class="figure">${percent(bound ?? gap)}<small> %</small></p><p class="under">${bound === undefined ? 'of the objective' : 'above a bound on any plan'}</p>
    <table><caption class="unseen">Objectives</caption><tbody>${
      bound !== undefined && gap !== undefined && html`<tr><th scope="row">to central</th><td>${percent(gap)} %</td></tr>`
    }${objectives}</tbody></table></article></div>`;
}

export function checksList(result: StudyResult): Html {
  const passed = result.checks.filter((check) => check.passed).length;
  const all = passed === result.checks.length;
  return html`<section class="checks-panel" id="checks" aria-labelledby="h-checks"><h2 id="h-checks">Checks <span class="count ${all ? 'good' : 'bad'}">${passed} of ${result.checks.length} passed</span></h2>
  <ul class="checks">${result.checks.map(
    (check) =>
      html`<li class="${check.passed ? 'good' : 'bad'}"><b>${check.passed ? '✓' : '✕'}<span class="unseen">${check.passed ? ' passed' : ' failed'}</span></b><span class="name">${check.name}</span><span class="value">${short(check.value, 4)}</span><span class="limit">limit ${short(check.limit, 4)}</span></li>`,
  )}</ul></section>`;
}

/** Shown first when the negotiation stalled: who, where, when, by how much. */
export function conflictAlert(result: NegotiateResult): Html | undefined {
  const conflict = result.negotiation.conflict ?? [];
  const broken = result.plans.filter((plan) => !plan.ac.converged);
  if (conflict.length === 0 && broken.length === 0 && result.status === 'ok') return undefined;
  // An agent without a feasible plan of its own stands at no net.
  const alone = conflict.filter((entry) => entry.net === '');
  const between = conflict.filter((entry) => entry.net !== '');
  const shown = between.slice(0, 12);
  return html`<section class="alert" role="alert" aria-labelledby="h-conflict"><h2 id="h-conflict">${
    result.status === 'infeasible'
      ? 'No plan exists'
      : conflict.length > 0 || result.status === 'not-converged'
        ? 'The agents could not agree'
        : 'A power flow did not converge'
  }</h2>
  ${alone.map((entry) => html`<p><strong>${entry.agents.join(', ')}</strong> has no feasible plan of its own, whatever the others do.</p>`)}
  ${
    between.length > 0 &&
    html`<p>These nets stay out of balance, and these agents hold to positions that exclude each other:</p>
  <div class="scroll"><table><thead><tr><th scope="col">Net</th><th scope="col">Step</th><th scope="col" class="number">Imbalance, kW</th><th scope="col">Agents</th></tr></thead><tbody>${shown.map(
    (entry) =>
      html`<tr><th scope="row">${entry.net}</th><td>${result.time.steps[entry.step] ?? String(entry.step)}</td><td class="number">${fixed(entry.imbalance_kW, 3)}</td><td>${entry.agents.join(', ')}</td></tr>`,
  )}</tbody></table></div>${between.length > shown.length && html`<p>… and ${between.length - shown.length} more.</p>`}`
  }
  ${conflict.length === 0 && result.status !== 'ok' && html`<p>The study ended with status “${result.status}”; no conflicting agents were named.</p>`}
  ${broken.map((plan) => html`<p>The AC power flow of the ${plan.name} plan did not converge; its voltages and losses are not to be trusted.</p>`)}</section>`;
}
