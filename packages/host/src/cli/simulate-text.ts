import type { SimulateResult } from '@gridflock/core';
import { counted, type Style, shownNumber, table } from './text.ts';

/** What came of each event, what may mislead, and the gain that the delay allows. */
export function simulateText(result: SimulateResult, style: Style): string {
  const { windows, quantities, analysis, agents, cautions, integration } = result;
  const aimed = quantities.filter(({ target }) => target !== null);
  const shared = quantities.filter(({ isShared }) => isShared);
  const rows = windows.map(({ from_s, what, measures }) => {
    const of = (name: string) => measures.find(({ quantity }) => quantity === name);
    return [
      shownNumber(from_s, 4),
      what,
      ...aimed.flatMap(({ name }) => [
        settlingText(of(name)?.settling_s),
        of(name)?.extreme === undefined ? '–' : of(name)!.extreme!.value.toFixed(3),
      ]),
      ...shared.map(({ name }) => percent(of(name)?.spread_end_frac)),
    ];
  });
  const lines = [
    table(
      [
        { title: 'at, s', right: true },
        { title: 'event' },
        ...aimed.flatMap(({ title, unit }) => [
          { title: `${title.toLowerCase()} settles, s`, right: true },
          { title: `farthest, ${unit}`, right: true },
        ]),
        ...shared.map(({ title }) => ({ title: `spread of ${title.toLowerCase()}`, right: true })),
      ],
      rows,
      style,
      (cell) => (cell === 'not' ? style.yellow(cell) : cell),
    ),
  ];
  if (integration.diagnosis !== null) lines.push('', style.red(integration.diagnosis));
  for (const caution of cautions) lines.push('', style.yellow(caution));
  lines.push('', ...marginLines(analysis));
  if (agents.length > 0) {
    const sum = agents.reduce((total, { messages_count }) => total + messages_count, 0);
    lines.push(`${counted(agents.length, 'agent')} sent ${counted(sum, 'message')}`);
  }
  for (const text of analysis.left) lines.push(style.dim(text));
  return lines.join('\n');
}

const settlingText = (settling_s: number | null | undefined): string =>
  settling_s === undefined ? '–' : settling_s === null ? 'not' : settling_s.toFixed(2);

const percent = (frac: number | null | undefined): string =>
  frac === undefined || frac === null ? '–' : Math.abs(frac) < 5e-7 ? '0 %' : `${shownNumber(100 * frac, 3)} %`;

const ms = (time_s: number): string => `${shownNumber(1000 * time_s, 3)} ms`;

function marginLines({ margins, advice }: SimulateResult['analysis']): string[] {
  const lines = margins.map(({ place, status, margin_s }) =>
    status === 'limited'
      ? `The loop bears ${ms(margin_s)} of delay of ${place}.`
      : status === 'no-limit'
        ? `No delay of ${place} up to ${shownNumber(margin_s, 2)} s makes it unstable.`
        : `It is unstable even without delay of ${place}.`,
  );
  if (advice === null) return lines;
  const { delay_s, used_frac, speed_frac, parameters, margin_s, settling_s } = advice;
  const wish = `${ms(delay_s)} of delay of measurements, using ${shownNumber(100 * used_frac, 3)} % of the margin`;
  lines.push(
    speed_frac === null || margin_s === null
      ? `No gain bears ${wish}.`
      : `Advice for ${wish}: ${Object.entries(parameters)
          .map(([name, value]) => `${name} ${shownNumber(value, 3)}`)
          .join(
            ', ',
          )} (× ${shownNumber(speed_frac, 3)}; margin ${ms(margin_s)}${settling_s === null ? '' : `, settles in ${shownNumber(settling_s, 3)} s`}).`,
  );
  return lines;
}
