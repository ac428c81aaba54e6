import { InputError } from '../../base/errors.ts';
import { readInstant } from '../../base/time-grid.ts';

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.0+)?)?)?(Z|z|[+-]\d\d:?\d\d)?$/;
const dayMs = 86_400_000;

/** Days since 1970-01-01 of a date of the Gregorian calendar, from whole numbers alone. */
function dayNumber(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const yearOfEra = y - era * 400;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * Reads many times fast: milliseconds since 1970 UTC.
 *
 * Times with an offset are arithmetic. For local times the zone is asked twice a day, and for each row only on days when
 * clocks change.
 */
export class TimeReader {
  private readonly zone: string;
  /** Offset of local days whose clocks do not change; undefined for the others. */
  private readonly offsetOfDay = new Map<number, number | undefined>();

  constructor(zone: string) {
    this.zone = zone;
  }

  /** @throws {InputError} CSV_TIME_INVALID */
  read(text: string, where: string): number {
    const found = iso.exec(text);
    if (found === null) throw invalid(text, where);
    const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
    const ok = month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) && hour < 24 && minute < 60 && second < 60;
    if (!ok) throw invalid(text, where);
    const date = dayNumber(year, month, day);
    const localMs = date * dayMs + ((hour * 60 + minute) * 60 + second) * 1000;
    const offset = found[7];
    if (offset !== undefined) {
      if (offset.length === 1) return localMs;
      const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
      if (hours > 23 || minutes > 59) throw invalid(text, where);
      return localMs - (offset[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
    }
    if (this.zone === 'UTC') return localMs;
    if (!this.offsetOfDay.has(date)) this.offsetOfDay.set(date, this.constantOffset(date));
    const dayOffset = this.offsetOfDay.get(date);
    if (dayOffset !== undefined) return localMs - dayOffset;
    try {
      return readInstant(text, this.zone, where).epochMilliseconds;
    } catch {
      throw new InputError({
        code: 'CSV_TIME_INVALID',
        message: `"${text}" is skipped or repeated where clocks change in ${this.zone}, so it does not name one moment`,
        where,
        hint: 'Write the times of that day with their offset: 2025-10-26T02:30+02:00.',
      });
    }
  }

  private constantOffset(date: number): number | undefined {
    try {
      const [from, until] = [date, date + 1].map((day) => day * dayMs - readInstant(isoDate(day), this.zone).epochMilliseconds);
      return from === until ? from : undefined;
    } catch {
      return undefined;
    }
  }
}

/** `2025-03-30` of a day number. */
function isoDate(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const date = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const pad = (x: number, n: number): string => String(x).padStart(n, '0');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(date, 2)}`;
}

/** `2025-03-30T01:15Z` */
export function isoTime(ms: number): string {
  const day = Math.floor(ms / dayMs);
  const minute = Math.floor((ms - day * dayMs) / 60_000);
  const second = Math.floor((ms - day * dayMs - minute * 60_000) / 1000);
  const two = (x: number): string => String(x).padStart(2, '0');
  return `${isoDate(day)}T${two(Math.floor(minute / 60))}:${two(minute % 60)}${second === 0 ? '' : `:${two(second)}`}Z`;
}

function invalid(text: string, where: string): InputError {
  return new InputError({
    code: 'CSV_TIME_INVALID',
    message: `"${text.slice(0, 40)}" is not an ISO 8601 time`,
    where,
    hint: 'Write 2025-01-15T07:30, with an offset such as +01:00 or Z where the zone is not that of the study.',
  });
}
