import { CombinationError } from '../../base/errors.ts';
import { epsilonOf } from './accountant.ts';

/** What one member has given away so far, and what it is willing to give away in all. It refuses what would go beyond. */
export class Ledger {
  private readonly owner: string;
  private readonly budget: number;
  private readonly delta: number;
  /** ρ given away so far, in how many sums. */
  spent = 0;
  sums_count = 0;

  /** @param budget - ρ in all */
  constructor(owner: string, budget: number, delta: number) {
    this.owner = owner;
    this.budget = budget;
    this.delta = delta;
  }

  /** What has been given away, as ε at the ledger's δ. */
  get epsilon(): number {
    return epsilonOf(this.spent, this.delta);
  }

  /** Goes on from what had been spent before a crash. */
  resume(spent: number, sums_count: number): void {
    this.spent = Math.max(this.spent, spent);
    this.sums_count = Math.max(this.sums_count, sums_count);
  }

  /** @throws {CombinationError} PRIVACY_BUDGET_SPENT; then nothing was spent */
  spend(rho: number): void {
    // Sums of many equal parts may be beyond their total by rounding.
    if (this.spent + rho > this.budget * (1 + 1e-9)) {
      throw new CombinationError({
        code: 'PRIVACY_BUDGET_SPENT',
        message: `"${this.owner}" has spent its privacy budget after ${this.sums_count} sums: ε = ${this.epsilon.toPrecision(3)} at δ = ${this.delta}`,
        where: this.owner,
        hint: 'Allow more rounds in privacy.rounds_count, which makes the noise of each larger, or raise epsilon.',
      });
    }
    this.spent += rho;
    this.sums_count++;
  }
}
