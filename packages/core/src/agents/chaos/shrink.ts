import { type Fault, type FaultScript, faultSpecs, type KeySpec } from '../faults/script.ts';

/** How far shrinking may go. */
export interface ShrinkOptions {
  /** Tries in all. Default 2000. */
  readonly tries_max_count?: number | undefined;
}

/**
 * Makes something that fails smaller, as long as it fails: takes the first smaller one that still does and begins again from there. The
 * order of `smaller` is the order of what is tried, so the same start ends at the same place.
 * @source Zeller, Hildebrandt (2002), Simplifying and isolating failure-inducing input: here `smaller` gives large pieces first
 */
export function shrink<T>(start: T, smaller: (from: T) => Iterable<T>, fails: (candidate: T) => boolean, options: ShrinkOptions = {}): T {
  let left_count = options.tries_max_count ?? 2000;
  let best = start;
  for (let found = true; found && left_count > 0; ) {
    found = false;
    for (const candidate of smaller(best)) {
      if (left_count-- <= 0) break;
      if (!fails(candidate)) continue;
      best = candidate;
      found = true;
      break;
    }
  }
  return best;
}

/** Smaller scripts: without halves, quarters … of the faults, then without single keys, then with calmer numbers. */
export function* smallerScripts({ faults }: FaultScript): Generator<FaultScript> {
  const pinned = faults.map((fault, n): Fault => ({ ...fault, luck: fault.luck ?? n }));
  for (let size = Math.ceil(pinned.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < pinned.length; at += size) yield { faults: [...pinned.slice(0, at), ...pinned.slice(at + size)] };
  }
  for (let n = 0; n < pinned.length; n++) {
    for (const fault of smallerFaults(pinned[n])) yield { faults: pinned.map((other, k) => (k === n ? fault : other)) };
  }
}

function* smallerFaults(fault: Fault): Generator<Fault> {
  const values = fault as unknown as Readonly<Record<string, unknown>>;
  const specs: Readonly<Record<string, KeySpec>> = faultSpecs[fault.fault];
  const withValue = (key: string, value: unknown): Fault => ({ ...values, [key]: value }) as unknown as Fault;
  for (const [key, spec] of Object.entries(specs)) {
    const value = values[key];
    if (value === undefined || key === 'luck') continue;
    // A fault that ends is smaller than one that does not, so ends stay.
    if (!spec.required && key !== 'until_s' && key !== 'restart_s') {
      const { [key]: _left, ...rest } = values;
      yield rest as unknown as Fault;
    }
    if (Array.isArray(value)) {
      for (const name of value)
        if (value.length > 1)
          yield withValue(
            key,
            value.filter((each) => each !== name),
          );
    } else if (typeof value === 'number') {
      for (const calmer of calmerNumbers(key, value, values, spec)) yield withValue(key, calmer);
    }
  }
}

/** Nearer to where the fault does nothing, and shorter to write: the calm value, half way, fewer digits. */
function calmerNumbers(key: string, value: number, values: Readonly<Record<string, unknown>>, spec: KeySpec): number[] {
  const { calm = value } = spec as { calm?: number };
  const isWhole = spec.type === 'whole';
  const found: number[] = [];
  if (key === 'until_s') {
    const from_s = (values['after_s'] as number | undefined) ?? 0;
    found.push(rounded(from_s + (value - from_s) / 2, 3), rounded(value, 1), rounded(value, 2));
    return found.filter((each) => each >= from_s + 0.01 && each < value);
  }
  const halfway = Math.abs(value - calm) > 0.01 ? (value + calm) / 2 : value;
  for (const each of [calm, isWhole ? Math.trunc(halfway) : rounded(halfway, 2), rounded(value, 1), rounded(value, 2)]) {
    const isNearer = Math.abs(each - calm) < Math.abs(value - calm);
    if (isNearer || (calm === value && digitsOf(each) < digitsOf(value))) found.push(each);
  }
  return found;
}

const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));
const digitsOf = (value: number): number => String(value).length;
