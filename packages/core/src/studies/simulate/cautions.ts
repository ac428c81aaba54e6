import type { AnalysisResult } from '../../wire/simulate-result.ts';
import type { Prepared } from './prepare.ts';

/** Slower than this part of a settling time, sampling is as good as none. */
const SAMPLES_LEAST = 6;

/** What theory says against this study before it runs. */
export function cautionsOf({ groups }: Prepared, analysis: AnalysisResult): string[] {
  const { isStable, delayed, modes, margins } = analysis;
  const cautions: string[] = [];
  const first = modes[0];
  if (isStable === false && delayed !== null) {
    const margin = margins.find(({ place, status }) => place === 'measurements' && status === 'limited');
    cautions.push(
      `With the delays of this study the loop is unstable: ${rootText(delayed.re_per_s, delayed.im_rad_per_s)}.${margin === undefined ? '' : ` It bears ${(1000 * margin.margin_s).toPrecision(4)} ms of delay of measurements.`}`,
    );
  } else if (isStable === false && first !== undefined) {
    const who = first.participation[0];
    cautions.push(
      `The loop is unstable even without delay: ${rootText(first.re_per_s, first.im_rad_per_s)}${who === undefined ? '' : `; ${who.state} takes the largest part in it (${(100 * who.share_frac).toFixed(0)} %)`}. Lower the gains.`,
    );
  }
  for (const { name, period_s, communication } of groups) {
    const margin = margins.find(({ place, status }) => place === 'measurements' && status === 'limited');
    const late_s = communication.measureDelay_s + period_s / 2;
    if (isStable === true && period_s > 0 && margin !== undefined && late_s > margin.margin_s) {
      cautions.push(
        `Agents of "${name}" act every ${period_s} s: on average their commands are ${late_s} s old, and the loop bears ${margin.margin_s.toPrecision(3)} s. Expect it to be unstable.`,
      );
    }
    const slowest = modes.find(({ re_per_s }) => re_per_s < -1e-3);
    if (slowest !== undefined && period_s * -slowest.re_per_s * SAMPLES_LEAST > 4.6) {
      cautions.push(`Agents of "${name}" act every ${period_s} s, which is as long as the loop takes to settle. Shorten period_s.`);
    }
  }
  return cautions;
}

const rootText = (re_per_s: number, im_rad_per_s: number): string =>
  im_rad_per_s === 0
    ? `a root at ${re_per_s.toPrecision(3)} 1/s, which doubles in ${(Math.LN2 / re_per_s).toPrecision(2)} s`
    : `an oscillation of ${(im_rad_per_s / (2 * Math.PI)).toPrecision(3)} Hz that doubles in ${(Math.LN2 / re_per_s).toPrecision(2)} s`;
