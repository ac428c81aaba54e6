import { stepHourOfDay } from '../../base/time-grid.ts';
import type { RegulateDocument } from './document.ts';
import type { Band } from './feeder.ts';
import type { Prepared } from './prepare.ts';

/** What the grid above asks on every step, and in words how it was made. */
export interface Commands {
  readonly p_pcc_kW: readonly number[];
  readonly q_pcc_kvar: readonly number[];
  readonly made: string;
}

export interface Bands {
  readonly 'with-market': readonly Band[];
  readonly 'without-market': readonly Band[];
}

/** Commands as the study gives them, or by its rule from the band that the feeder could reach if nobody had regulated before. */
export function commandsOf(prepared: Prepared, bands: Bands): Commands {
  const { p_pcc_kW, q_pcc_kvar } = prepared.document.commands;
  const p = commandSeries(p_pcc_kW, 'commands.p_pcc_kW', prepared, bands, (band) => [band.p_low_kW, band.p_high_kW]);
  const q = commandSeries(q_pcc_kvar, 'commands.q_pcc_kvar', prepared, bands, (band) => [band.q_low_kvar, band.q_high_kvar]);
  return { p_pcc_kW: p.values, q_pcc_kvar: q.values, made: `P: ${p.made}. Q: ${q.made}.` };
}

type CommandKey = RegulateDocument['commands']['p_pcc_kW'];

function commandSeries(
  given: CommandKey,
  where: string,
  { grid, perStep }: Prepared,
  bands: Bands,
  ends: (band: Band) => readonly [low: number, high: number],
): { readonly values: readonly number[]; readonly made: string } {
  if (!isRule(given)) return { values: [...perStep(given, where)], made: 'as the study gives it' };
  const values = bands[given.band].map((band, t) => {
    const hour_h = (stepHourOfDay(grid, t) + grid.dt_h / 2) % 24;
    const depth_frac = given.dips.reduce((sum, dip) => sum + (isWithin(hour_h, dip.from_h, dip.to_h) ? dip.depth_frac : 0), 0);
    const [low, high] = ends(band);
    return low + (given.at_frac - depth_frac) * (high - low);
  });
  const dips = given.dips.map(({ from_h, to_h, depth_frac }) => `, less ${depth_frac} of its width from ${from_h} h to ${to_h} h`);
  return { values, made: `${given.at_frac} of the band ${given.band.replace('-', ' the ')}${dips.join('')}` };
}

const isRule = (given: CommandKey): given is Extract<CommandKey, { readonly at_frac: number }> =>
  typeof given === 'object' && !Array.isArray(given) && 'at_frac' in given;

/** Hours may run over midnight. */
const isWithin = (hour_h: number, from_h: number, to_h: number): boolean =>
  from_h <= to_h ? hour_h >= from_h && hour_h < to_h : hour_h >= from_h || hour_h < to_h;
