/** Numbers and names as a reader wants to see them. Pure; used by the page and, on Node, by the static part of the report. */

const minus = '\u2212';
const thinSpace = '\u202f';
const dash = '\u2013';

/** Fixed decimals, thin spaces between thousands, a real minus sign; an en dash for what is not a number. */
export function fixed(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  const text = Math.abs(value).toFixed(decimals);
  if (text.includes('e')) return (value < 0 ? minus : '') + text;
  const [whole = '0', part] = text.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thinSpace) : whole;
  const negative = value < 0 && /[1-9]/.test(text);
  return (negative ? minus : '') + grouped + (part === undefined ? '' : `.${part}`);
}

/** ⁻⁵ */
export function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('');
  return (exponent < 0 ? '⁻' : '') + digits;
}

/** About `digits` significant digits, never an exponent for what a grid engineer meets, no trailing noise. */
export function short(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  if (value === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude < -4) {
    const [mantissa = '', exponent = ''] = Math.abs(value)
      .toExponential(Math.max(0, digits - 2))
      .split('e');
    return `${value < 0 ? minus : ''}${mantissa}·10${superscript(Number(exponent))}`;
  }
  const text = fixed(value, Math.max(0, digits - 1 - magnitude));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Like `fixed`, with a plus sign for gains. */
export function signed(value: number | null | undefined, decimals = 0): string {
  const text = fixed(value, decimals);
  return value !== null && value !== undefined && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export function bytes(count: number): string {
  if (count < 1000) return `${fixed(count)} B`;
  if (count < 1e6) return `${fixed(count / 1e3, 1)} kB`;
  return `${fixed(count / 1e6, 1)} MB`;
}

const unitsByLength = [
  'cur_per_kvarh',
  'cur_per_kW2h',
  'cur_per_kWh',
  'kWh_per_K',
  'cur_per_Kh',
  'cur_per_h',
  'kW_per_h',
  'kW_per_K',
  'rad_per_s',
  'm3_per_s',
  'm_per_s',
  'per_s',
  'per_h',
  'count',
  'kvarh',
  'degC',
  'kvar',
  'frac',
  'kVA',
  'kWh',
  'ohm',
  'min',
  'rad',
  'deg',
  'cur',
  'kW',
  'kV',
  'Hz',
  'pu',
  'ms',
  'km',
  'K',
  'V',
  'A',
  'S',
  'h',
  's',
  'm',
];

/** `p_max_kW` → what it is called and in which unit: `{ what: 'p max', unit: 'kW' }`. */
export function splitName(name: string): { readonly what: string; readonly unit: string } {
  const unit = unitsByLength.find((candidate) => name.endsWith(`_${candidate}`)) ?? '';
  const stem = unit === '' ? name : name.slice(0, -unit.length - 1);
  const what = stem
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return { what: what.charAt(0).toUpperCase() + what.slice(1), unit };
}

/** A unit of the registry as it is printed: `cur_per_kWh` → `SGD/kWh`, `degC` → `°C`. */
export function printedUnit(unit: string, currency: string): string {
  if (unit === 'frac' || unit === 'count') return '';
  if (unit === 'ohm') return 'Ω';
  return unit
    .replace(/\bcur\b|^cur(?=_)/g, currency)
    .replaceAll('_per_', '/')
    .replace(/^per_/, '1/')
    .replaceAll('deg', '°')
    .replaceAll('kW2h', 'kW²h')
    .replaceAll('m3', 'm³');
}

/** A named number: fractions as per cent, counts whole, the rest with its unit. */
export function named(name: string, value: number, currency: string): string {
  const { unit } = splitName(name);
  if (unit === 'frac') return `${Math.abs(value) < 5e-9 ? '0' : short(100 * value)}${thinSpace}%`;
  if (unit === 'count') return fixed(value);
  const printed = printedUnit(unit, currency);
  return printed === '' ? short(value, 5) : `${short(value, 5)} ${printed}`;
}
