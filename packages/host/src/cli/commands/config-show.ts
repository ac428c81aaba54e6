import type { Action } from '../command.ts';
import { jsonText } from '../json-text.ts';
import { unknownVariables } from '../settings.ts';
import { mayColour, table } from '../text.ts';

/** Effective settings with where each comes from. */
export const configShow: Action = async ({ settings, env, style, note }) => {
  const colour = mayColour(process.stdout.isTTY === true, env);
  const all = [
    ...settings.all,
    {
      name: 'colour',
      value: colour,
      origin: env['NO_COLOR'] || env['FORCE_COLOR'] ? ('environment' as const) : ('default' as const),
      setBy: 'NO_COLOR, FORCE_COLOR',
      about: 'colour on the terminal',
    },
  ];
  for (const text of unknownVariables(env, settings.all)) note(text);
  const document = { settings: all.map(({ name, value, origin, setBy }) => ({ name, value, origin, setBy })) };
  const text = table(
    [{ title: 'setting' }, { title: 'value' }, { title: 'origin' }, { title: 'set by' }, { title: 'about' }],
    all.map((each) => [each.name, each.value === null ? '–' : String(each.value), each.origin, each.setBy, each.about]),
    style,
    (cell, row, column) => (column === 2 && all[row]?.origin !== 'default' ? style.yellow(cell) : cell),
  );
  return { document, text, files: [{ name: 'config.json', content: jsonText(document) }] };
};
