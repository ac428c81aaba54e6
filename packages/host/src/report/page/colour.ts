/** Colours that are computed rather than named in the style sheet. Blue, grey, orange: told apart by every common colour vision. */
export type Theme = 'light' | 'dark';
type Rgb = readonly [number, number, number];

const rgb = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];
const text = ([r, g, b]: Rgb): string => `#${[r, g, b].map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share];
}

function ramp(stops: readonly string[], share: number): Rgb {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const k = Math.min(stops.length - 2, Math.floor(at));
  return mix(rgb(stops[k]!), rgb(stops[k + 1]!), at - k);
}

const voltageStops: Record<Theme, readonly string[]> = {
  light: ['#123f7d', '#3f7fc4', '#a9bdd1', '#c9ccd1', '#dcc2a4', '#dd8a3c', '#a34c00'],
  dark: ['#8fc4ff', '#4f92dc', '#4b6785', '#59616c', '#84694c', '#d98b42', '#ffc188'],
};
const priceStops: Record<Theme, readonly string[]> = {
  light: ['#f6efe3', '#f3d9a8', '#e8a94d', '#c96f1e', '#7d3606'],
  dark: ['#241f1a', '#57401f', '#95651f', '#d9933a', '#ffdca0'],
};

/** 0 is the lower limit, ½ the middle, 1 the upper limit. */
export const voltageColour = (theme: Theme, share: number): string => text(ramp(voltageStops[theme], share));
export const voltageGradient = (theme: Theme): readonly string[] => voltageStops[theme];
export const priceGradient = (theme: Theme): readonly string[] => priceStops[theme];
export const priceRgb = (theme: Theme, share: number): Rgb => ramp(priceStops[theme], share);

const hues: Record<Theme, readonly string[]> = {
  light: ['#d79a0b', '#2c6fb7', '#c4541d', '#1c8779', '#7d519c', '#8a6847', '#55a0cf', '#b4557b'],
  dark: ['#e6b440', '#6ba6e6', '#e98754', '#4dbdab', '#b38ad0', '#be9f7d', '#8ecbf0', '#de8fb0'],
};

/** One hue for a kind, one lightness for each device of it. */
export function deviceColour(theme: Theme, kind: number, member: number, members: number): string {
  const base = rgb(hues[theme][kind % hues[theme].length]!);
  if (members < 2) return text(base);
  const share = member / (members - 1) - 0.5;
  const strength = Math.min(0.84, 0.3 + 0.14 * members);
  return share < 0 ? text(mix(base, [0, 0, 0], -share * strength * 0.75)) : text(mix(base, [255, 255, 255], share * strength));
}

/** Black or white, whichever reads better on `colour` (WCAG relative luminance). */
export function inkOn(colour: string): string {
  const [r, g, b] = rgb(colour).map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.3 ? '#101820' : '#ffffff';
}
