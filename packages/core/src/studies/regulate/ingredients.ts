import type { Wiretap } from '../../agents/wiretap.ts';
import type { CharacteristicComparison, ConstraintSetResult, HorizonCharacteristic, ScreeningResult } from '../../wire/regulate-result.ts';
import type { StudyServices } from '../contract.ts';
import type { Commands } from './commands.ts';
import type { MarketOutcome } from './market/contract.ts';
import type { Division } from './partitions.ts';
import type { Player } from './players.ts';
import type { Prepared } from './prepare.ts';
import type { Run } from './runs.ts';

/** Everything a result is made of. */
export interface Ingredients {
  readonly prepared: Prepared;
  readonly market: MarketOutcome | undefined;
  readonly alone: readonly Player[];
  readonly inMarket: readonly Player[] | undefined;
  readonly commands: Commands;
  readonly division: Division;
  readonly runs: readonly Run[];
  readonly screened: ScreeningResult | undefined;
  readonly compared: readonly CharacteristicComparison[];
  readonly overTime: readonly HorizonCharacteristic[] | undefined;
  readonly safe: ConstraintSetResult | undefined;
  readonly wiretap: Wiretap;
  readonly services: StudyServices;
}
