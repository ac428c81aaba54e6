import { mul, sum } from '../../packages/core/src/problem/affine.ts';
import { type TwoStage, TwoStageModel } from '../../packages/core/src/problem/two-stage.ts';
import { deviationSet, type UncertaintySet } from '../../packages/core/src/uncertainty/uncertainty-set.ts';

/**
 * A microgrid's day: gas turbine, battery, a load that may be shifted, and the grid at one price for buying and selling. Beforehand it is decided in
 * which hours the battery may discharge and the grid may be bought from; the rest follows sun and demand.
 * @source Data as printed in programs after Y. Liu, L. Guo, C. Wang, Economic dispatch of microgrid based on two-stage robust optimization,
 * Proc. CSEE 38(14), 2018 (github.com/Ngsanchong0801/Tsinghua-Department-of-Electrical-Engineering); the optimal costs were computed
 * independently while the task was prepared (Python, HiGHS).
 */
const pv_kW = [
  0, 0, 0, 0, 0, 0, 0, 109.63, 314.82, 642.22, 1080, 1110.37, 1214.81, 1054.07, 905.19, 917.78, 771.11, 540, 312.59, 73.33, 0, 0, 0, 0,
];
const load_kW = [
  360.52, 325.68, 309.74, 278.04, 273.12, 401.53, 521.55, 537.1, 569.97, 716.76, 756.46, 943.14, 765.51, 692.35, 687.43, 663.08, 754.22,
  739.33, 805.8, 860.72, 888.87, 676.07, 499.5, 406.39,
];
const plan_kW = [80, 70, 60, 50, 70, 70, 90, 100, 120, 150, 170, 200, 140, 100, 100, 120, 140, 150, 190, 200, 200, 190, 100, 80];
const hours = [...pv_kW.keys()];
const price = (t: number): number => (t < 7 || t === 23 ? 0.48 : (t >= 8 && t <= 10) || t >= 18 ? 1.35 : 0.9);
const eta_frac = 0.95;

export function microgrid(): TwoStage {
  const model = new TwoStageModel();
  const each = (name: string, options: { lower?: number; upper?: number } = {}) => hours.map((t) => model.react(`${name} ${t}`, options));
  const discharging = hours.map((t) => model.decide(`discharging ${t}`, { lower: 0, upper: 1, whole: true }));
  const buying = hours.map((t) => model.decide(`buying ${t}`, { lower: 0, upper: 1, whole: true }));
  const sun = hours.map((t) => model.symbol(`pv ${t}`, pv_kW[t]));
  const demand = hours.map((t) => model.symbol(`load ${t}`, load_kW[t]));
  const turbine = each('turbine', { lower: 80, upper: 800 });
  const [charge, discharge, earlier, later, bought, sold] = ['charge', 'discharge', 'earlier', 'later', 'bought', 'sold'].map((name) =>
    each(name, { lower: 0 }),
  );
  const energy = each('energy', { lower: 400, upper: 1800 });
  const shifted = each('shifted load', { lower: 50, upper: 200 });
  for (const t of hours) {
    model.atMost(`discharge ${t}`, discharge[t], mul(500, discharging[t]));
    model.atMost(`charge ${t}`, sum(charge[t], mul(500, discharging[t])), 500);
    model.atMost(`bought ${t}`, bought[t], mul(1500, buying[t]));
    model.atMost(`sold ${t}`, sum(sold[t], mul(1500, buying[t])), 1500);
    model.equal(`energy ${t}`, energy[t], sum(t === 0 ? 1000 : energy[t - 1], mul(eta_frac, charge[t]), mul(-1 / eta_frac, discharge[t])));
    model.equal(`shift ${t}`, sum(shifted[t], earlier[t], mul(-1, later[t])), plan_kW[t]);
    model.equal(`balance ${t}`, sum(turbine[t], discharge[t], bought[t], sun[t]), sum(charge[t], shifted[t], sold[t], demand[t]));
    model.cost(sum(mul(0.67, turbine[t]), mul(0.38 * eta_frac, charge[t]), mul(0.38 / eta_frac, discharge[t])));
    model.cost(sum(mul(0.32, earlier[t]), mul(0.32, later[t]), mul(price(t), bought[t]), mul(-price(t), sold[t])));
  }
  model.equal('energy at the end', energy[23], 1000);
  model.equal('shifted energy', sum(...shifted), 2940);
  return model.build();
}

/** Up to so many hours with 15 % less sun, and so many with 10 % more load. */
export function microgridSet(pv_hours: number, load_hours: number): UncertaintySet {
  return deviationSet(
    [...pv_kW, ...load_kW],
    [...pv_kW.map((value) => -0.15 * value), ...load_kW.map((value) => 0.1 * value)],
    [
      { at: hours, deviations_max_count: pv_hours },
      { at: hours.map((t) => 24 + t), deviations_max_count: load_hours },
    ],
  );
}
