export interface ProximalOptions {
  /** Relative tolerance of the stop rule: `1e-3` for a quick look, `1e-5` for a cost within 1e-4 of the optimum. */
  readonly tolerance_frac: number;
  /** How far prices may have moved over the last `watched_count` reports when the negotiation ends, relative to their size. */
  readonly tolerancePrice_frac: number;
  /** First step length, currency per kW²; 0 takes a tenth of the mean opening price over the smallest net's scale. */
  readonly rho: number;
  /** Over-relaxation α between 1 and 2. */
  readonly relaxation: number;
  readonly rounds_max_count: number;
  readonly adaptUntil_count: number;
  readonly checkEvery_count: number;
  readonly watched_count: number;
  /** Weight of reactive over active power in the step length. */
  readonly rhoReactive_frac: number;
  /** Silence after which an agent repeats itself. */
  readonly retry_s: number;
  /** Repetitions without a valid word after which a net goes on without a participant; 0: it waits for ever. */
  readonly giveUp_count: number;
}

export const defaults: ProximalOptions = {
  tolerance_frac: 2e-5,
  tolerancePrice_frac: 2e-3,
  rho: 0,
  relaxation: 1.7,
  rounds_max_count: 3000,
  adaptUntil_count: 100,
  checkEvery_count: 5,
  watched_count: 12,
  rhoReactive_frac: 1,
  retry_s: 1,
  giveUp_count: 0,
};
