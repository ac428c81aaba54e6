import type { Profile } from '../../../network/feeder/feeder.ts';
import { type DssObject, objectsOf } from '../script/objects.ts';
import { whereOf } from '../script/place.ts';
import { binaryFile, columnOf, flagOf, mustNotHaveDecimalCommas, numberOf, numbersOf } from '../script/values.ts';
import type { FeederDraft } from './draft.ts';

/** The shape that OpenDSS has without being told: a summer's day by the hour. @source OpenDSS documentation, LoadShape "default" */
const defaultDay = [
  0.677, 0.6256, 0.6087, 0.5833, 0.58028, 0.6025, 0.657, 0.7477, 0.832, 0.88, 0.94, 0.989, 0.985, 0.98, 0.9898, 0.999, 1, 0.958, 0.936,
  0.913, 0.876, 0.876, 0.828, 0.756,
];

/**
 * LoadShape → `Profile`. The points count from the end of the first interval, as OpenDSS solves them; a shape with hours of its own is carried
 * over where they are evenly spaced.
 * @throws {InputError} OPENDSS_VALUE, OPENDSS_FILE_MISSING, OPENDSS_FILE_BINARY
 */
export function makeProfiles(draft: FeederDraft): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const object of objectsOf(draft.script.circuit, 'loadshape')) {
    const profile = makeProfile(draft, object);
    if (profile !== undefined) profiles.set(object.name, profile);
  }
  if (!profiles.has('default')) profiles.set('default', { id: 'default', step_s: 3600, p: defaultDay, actual: false });
  return profiles;
}

interface Shape {
  points_count: number;
  step_s: number;
  p: number[];
  q: number[];
  hours: number[];
  actual: boolean;
}

function makeProfile(draft: FeederDraft, object: DssObject): Profile | undefined {
  const shape = replay(draft, object);
  if (shape.p.length === 0) {
    draft.drop(object, 'it has no values');
    return undefined;
  }
  if (shape.step_s === 0) {
    const step_h = evenStep(shape.hours);
    if (step_h === undefined) {
      draft.drop(object, 'its hours are not evenly spaced');
      return undefined;
    }
    shape.step_s = step_h * 3600;
  }
  const count = shape.points_count > 0 ? Math.min(shape.points_count, shape.p.length) : shape.p.length;
  if (shape.points_count > shape.p.length)
    draft.warn(object, `has ${shape.p.length} of the ${shape.points_count} values that npts says; those are repeated`);
  const q = shape.q.length >= count ? shape.q.slice(0, count) : undefined;
  draft.places.set(`profile ${object.name}`, object.at);
  return { id: object.name, step_s: shape.step_s, p: shape.p.slice(0, count), ...(q === undefined ? {} : { q }), actual: shape.actual };
}

function evenStep(hours: readonly number[]): number | undefined {
  const step = hours.length < 2 ? 1 : hours[1] - hours[0];
  const even = step > 0 && hours.every((hour, k) => k === 0 || Math.abs(hour - hours[k - 1] - step) <= 1e-6 * step);
  return even ? step : undefined;
}

function replay(draft: FeederDraft, object: DssObject): Shape {
  const { readNumbers } = draft.script;
  const shape: Shape = { points_count: 0, step_s: 3600, p: [], q: [], hours: [], actual: false };
  for (const assignment of object.assignments) {
    const { value, at, property } = assignment;
    const column = (k: number) => columnOf(readNumbers(value.text, at), k, false, value.text, property, at);
    switch (property) {
      case 'npts':
        shape.points_count = Math.max(0, Math.floor(numberOf(assignment)));
        break;
      case 'interval':
        shape.step_s = numberOf(assignment) * 3600;
        break;
      case 'sinterval':
        shape.step_s = numberOf(assignment);
        break;
      case 'minterval':
        shape.step_s = numberOf(assignment) * 60;
        break;
      case 'mult':
        shape.p = numbersOf(assignment, readNumbers);
        break;
      case 'qmult':
        shape.q = numbersOf(assignment, readNumbers);
        break;
      case 'hour':
        shape.hours = numbersOf(assignment, readNumbers);
        break;
      case 'useactual':
        shape.actual = flagOf(assignment);
        break;
      case 'csvfile':
        // with an interval of 0 the hour stands before each value
        if (shape.step_s === 0) shape.hours = column(1);
        else mustNotHaveDecimalCommas(readNumbers(value.text, at), value.text, property, at, 'write mult=(file=…, col=1)');
        shape.p = column(shape.step_s === 0 ? 2 : 1);
        break;
      case 'pqcsvfile':
        if (shape.step_s === 0) shape.hours = column(1);
        shape.p = column(shape.step_s === 0 ? 2 : 1);
        shape.q = column(shape.step_s === 0 ? 3 : 2);
        break;
      case 'sngfile':
      case 'dblfile':
        throw binaryFile(property, at);
      case 'action':
        if (/^n/i.test(value.text)) normalise(shape);
        else draft.drop(object, `action=${value.text.slice(0, 20)} is not carried out`, at);
        break;
      case 'mean':
      case 'stddev':
        draft.drop(object, `"${property}" is for random modes (${whereOf(at)})`, at);
        break;
      default:
    }
  }
  return shape;
}

/** Largest value 1; q by its own. */
function normalise(shape: Shape): void {
  const scale = (values: number[]): number[] => {
    const largest = values.reduce((best, v) => Math.max(best, Math.abs(v)), 0);
    return largest > 0 ? values.map((v) => v / largest) : values;
  };
  shape.p = scale(shape.p);
  shape.q = scale(shape.q);
  shape.actual = false;
}
