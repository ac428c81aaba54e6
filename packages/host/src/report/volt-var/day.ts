/** What a plan does over its horizon: positions of taps and banks, reactive power, voltages over samples. */
import type { VoltVarPlan, VoltVarResult } from '@gridflock/core';
import { panel } from '../feeder-page.ts';
import { type Html, html } from '../html.ts';
import { fixed, short } from '../page/format.ts';
import { wallClock } from '../page/ticks.ts';
import { choice } from '../regulate/choice.ts';
import { roomyRange, stepChartSvg } from '../regulate/step-chart.ts';
import { hueClass } from '../regulate/style.ts';

/** Charts per plan: the adopted one first, no more than can be told apart. */
const plans_max_count = 4;

const ordered = ({ plans, adopted }: VoltVarResult): readonly VoltVarPlan[] =>
  [...plans.slice(adopted, adopted + 1), ...plans.filter((_, k) => k !== adopted)].filter(({ cases }) => cases.length > 0);

/** For a front the knee and both ends, else all. */
const shown = (result: VoltVarResult): readonly VoltVarPlan[] => {
  const { front, plans } = result;
  const all = ordered(result);
  const ends = [plans[0], plans[plans.length - 1]];
  return front ? all.filter((plan, k) => k === 0 || ends.includes(plan)) : all.slice(0, plans_max_count);
};

const clock = ({ time }: VoltVarResult, t: number): string => wallClock(time.steps[t] ?? '').time;

export function positionsPanel(result: VoltVarResult): Html | undefined {
  const { taps_pu, banks, moves, time, periodsPerHour_count: each } = result;
  const byPeriod = (values: readonly number[]): number[] => time.steps.map((_, t) => values[Math.floor(t / each)] ?? Number.NaN);
  const options = shown(result).map((plan) => {
    const taps = byPeriod(plan.taps.map((tap) => taps_pu[tap] ?? Number.NaN));
    return {
      label: plan.name,
      content: html`<div class="panels pairs"><figure><h3>tap changer <small>${plan.tapMoves_count} of at most ${moves.tap_max_count} moves</small></h3>${stepChartSvg(
        {
          label: 'Voltage that the tap changer sets',
          unit: 'pu',
          steps: time.steps,
          lines: [{ values: taps, style: hueClass(0) }],
          range: [Math.min(...taps_pu), Math.max(...taps_pu)],
          reading: (t) => `${clock(result, t)}: position ${plan.taps[Math.floor(t / each)]}, ${fixed(taps[t], 4)} pu`,
        },
      )}</figure>${banks.map(({ id, bus, step_kvar, steps_count }, c) => {
        const steps = byPeriod(plan.steps[c] ?? []);
        return html`<figure><h3>${id} <small>bus ${bus}, steps of ${short(step_kvar)} kvar, ${plan.bankMoves_count[c]} of at most ${moves.bank_max_count} moves</small></h3>${stepChartSvg(
          {
            label: `Steps of ${id}`,
            unit: 'steps',
            steps: time.steps,
            lines: [{ values: steps, style: hueClass(c + 1) }],
            range: [0, steps_count],
            reading: (t) => `${clock(result, t)}: ${fixed(steps[t])} of ${steps_count}`,
          },
        )}</figure>`;
      })}</div>`,
    };
  });
  if (options.length === 0) return undefined;
  return panel('Taps and banks over time', 'Decided before loads and sun are known.', choice('positions', 'Plan', options), 'positions');
}

export function voltagesPanel(result: VoltVarResult): Html | undefined {
  const { time, feeder } = result;
  const others = feeder.buses.filter(({ id }) => id !== feeder.slack);
  const limits = [Math.max(...others.map(({ v_min_pu }) => v_min_pu)), Math.min(...others.map(({ v_max_pu }) => v_max_pu))] as const;
  const level = (value: number): number[] => time.steps.map(() => value);
  const options = shown(result)
    .filter(({ replay }) => replay && replay.lowest_pu.length > 0)
    .map((plan) => {
      const { lowest_pu, highest_pu, samples_count, violating_frac, beyond_max_pu } = plan.replay!;
      const range = roomyRange([lowest_pu[0] ?? [], highest_pu[4] ?? [], limits]);
      const fan = (title: string, shares: readonly (readonly number[])[], limit: number, hue: number): Html => {
        const [low = [], , median = [], , high = []] = shares;
        return html`<figure><h3>${title}</h3>${stepChartSvg({
          label: `${title} over all samples, by AC power flow`,
          unit: 'pu',
          steps: time.steps,
          band: { lower: low, upper: high },
          lines: [
            { values: median, style: hueClass(hue) },
            { values: level(limit), style: 'dashed given' },
          ],
          range,
          reading: (t) => `${clock(result, t)}: ${fixed(low[t], 4)} to ${fixed(high[t], 4)}, median ${fixed(median[t], 4)} pu`,
        })}</figure>`;
      };
      return {
        label: plan.name,
        content: html`<p class="lede">${fixed(samples_count)} samples; ${violating_frac === 0 ? 'none leaves a limit' : `${fixed(100 * violating_frac, 1)} % leave a limit, by at most ${short(beyond_max_pu)} pu`}.</p><div class="panels pairs">${fan('Highest bus', highest_pu, limits[1], 1)}${fan('Lowest bus', lowest_pu, limits[0], 0)}</div>`,
      };
    });
  if (options.length === 0) return undefined;
  return panel(
    'Voltages over fresh samples',
    'By AC power flow, all buses but the slack. Band: all samples. Line: the median. Dashed: the limit.',
    choice('voltages', 'Plan', options),
    'voltages',
  );
}

export function reactivePanel(result: VoltVarResult): Html | undefined {
  const { devices, time } = result;
  const options = shown(result).map((plan) => {
    const [usual, worst] = (['forecast', 'worst'] as const).map((name) => plan.cases.find((one) => one.name === name));
    return {
      label: plan.name,
      content: html`<div class="panels thirds">${devices.map(({ id, bus, s_max_kVA }, j) => {
        const [expected, feared] = [usual?.q_kvar[j] ?? [], worst?.q_kvar[j] ?? []];
        return html`<figure><h3>${id} <small>bus ${bus}, ${short(s_max_kVA)} kVA</small></h3>${stepChartSvg({
          label: `Reactive power of ${id} at the forecast and in the worst case`,
          unit: 'kvar',
          steps: time.steps,
          size: 'small',
          lines: [
            { values: feared, style: hueClass(j) },
            { values: expected, style: 'asked' },
          ],
          range: roomyRange([expected, feared, [0]]),
          reading: (t) => `${clock(result, t)}: ${fixed(expected[t], 1)} kvar, worst case ${fixed(feared[t], 1)} kvar`,
        })}</figure>`;
      })}</div>`,
    };
  });
  if (options.length === 0) return undefined;
  return panel(
    'What inverters make of it',
    'Reactive power into the network, decided when loads and sun are known. Dashed: if the forecast comes true. Thick: in the worst case that the plan counted with.',
    choice('reactive', 'Plan', options),
    'reactive',
  );
}
