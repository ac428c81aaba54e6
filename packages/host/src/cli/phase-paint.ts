import type { Style } from './text.ts';

/** The colour of a phase: the same in tables and plots. */
export function phasePaint(style: Style, conductor: number): (text: string) => string {
  if (conductor === 1) return style.yellow;
  if (conductor === 2) return style.cyan;
  return conductor === 3 ? style.magenta : (text) => text;
}
