import { CombinationError, InputError } from '../../base/errors.ts';
import type { PccPower, RegulatedFeeder, RegulatedStep, Setpoints, TrackingOptions } from './question.ts';

/** @throws {InputError} TRACKING_UNKNOWN_BUS, TRACKING_NOT_A_NUMBER; {CombinationError} TRACKING_BUS_ISOLATED */
export function checkFeeder({ network, slack, v_slack_pu, resources, isolated = [] }: RegulatedFeeder): void {
  const buses_count = network.buses.length;
  const mustExist = (bus: number, who: string): void => {
    if (Number.isInteger(bus) && bus >= 0 && bus < buses_count) return;
    throw new InputError({
      code: 'TRACKING_UNKNOWN_BUS',
      message: `${who} stands at bus number ${bus}, but network "${network.name}" has buses 0 to ${buses_count - 1}`,
      where: who,
      hint: 'Give the position of the bus in the network.',
    });
  };
  mustExist(slack, 'The point of common coupling');
  for (const bus of isolated) mustExist(bus, 'A bus out of service');
  for (const { id, bus } of resources) {
    mustExist(bus, `Resource "${id}"`);
    if (isolated.includes(bus)) throw isolatedBus(`Resource "${id}"`, network.buses[bus].id);
  }
  if (isolated.includes(slack)) throw isolatedBus('The point of common coupling', network.buses[slack].id);
  mustBePositive('The voltage at the point of common coupling', v_slack_pu);
}

const isolatedBus = (who: string, bus: string): CombinationError =>
  new CombinationError({
    code: 'TRACKING_BUS_ISOLATED',
    message: `${who} stands at bus ${bus}, which is out of service`,
    where: `bus ${bus}`,
    hint: 'Take the bus into service, or leave out what stands at it.',
  });

/** @throws {InputError} TRACKING_LENGTH, TRACKING_NOT_A_NUMBER */
export function checkStep(feeder: RegulatedFeeder, step: RegulatedStep): void {
  checkInjections(feeder, step);
  mustBeLong('regions', step.regions.length, feeder.resources.length, 'resource');
}

/** @throws {InputError} TRACKING_LENGTH, TRACKING_NOT_A_NUMBER */
export function checkInjections({ network }: RegulatedFeeder, { p_fixed_kW, q_fixed_kvar }: Omit<RegulatedStep, 'regions'>): void {
  mustBeLong('fixed active powers', p_fixed_kW.length, network.buses.length, 'bus');
  mustBeLong('fixed reactive powers', q_fixed_kvar.length, network.buses.length, 'bus');
  for (let b = 0; b < p_fixed_kW.length; b++) {
    mustBeFinite(`The fixed active power at bus ${network.buses[b].id}`, p_fixed_kW[b]);
    mustBeFinite(`The fixed reactive power at bus ${network.buses[b].id}`, q_fixed_kvar[b]);
  }
}

/** @throws {InputError} TRACKING_LENGTH, TRACKING_NOT_A_NUMBER */
export function checkSetpoints({ resources }: RegulatedFeeder, { p_kW, q_kvar }: Setpoints): void {
  mustBeLong('active set-points', p_kW.length, resources.length, 'resource');
  mustBeLong('reactive set-points', q_kvar.length, resources.length, 'resource');
  resources.forEach(({ id }, d) => {
    mustBeFinite(`The active set-point of resource "${id}"`, p_kW[d]);
    mustBeFinite(`The reactive set-point of resource "${id}"`, q_kvar[d]);
  });
}

/** @throws {InputError} TRACKING_NOT_A_NUMBER */
export function checkCommand({ p_pcc_kW, q_pcc_kvar }: PccPower): void {
  mustBeFinite('The command of active power', p_pcc_kW);
  mustBeFinite('The command of reactive power', q_pcc_kvar);
}

/** @throws {InputError} TRACKING_NOT_A_NUMBER */
export function checkOptions({ activeWeight = 1, reactiveWeight = 1, nearWeight_frac = 0.5 }: TrackingOptions): void {
  mustBePositive('The weight of active power', activeWeight);
  mustBePositive('The weight of reactive power', reactiveWeight);
  if (nearWeight_frac > 0 && nearWeight_frac < 1) return;
  throw notANumber('The weight of the distance', nearWeight_frac, 'a number between 0 and 1');
}

export function mustBeLong(what: string, got: number, expected: number, per: string): void {
  if (got === expected) return;
  throw new InputError({
    code: 'TRACKING_LENGTH',
    message: `There must be as many ${what} as there are: expected ${expected}, one per ${per}, got ${got}`,
    hint: `Give one value per ${per}, in their order.`,
  });
}

function mustBePositive(what: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw notANumber(what, value, 'a number above 0');
}

function mustBeFinite(what: string, value: number): void {
  if (!Number.isFinite(value)) throw notANumber(what, value, 'a finite number');
}

const notANumber = (what: string, value: number, expected: string): InputError =>
  new InputError({
    code: 'TRACKING_NOT_A_NUMBER',
    message: `${what} must be ${expected}, got ${value}`,
    hint: 'Correct the value, or leave it out where it has a default.',
  });
