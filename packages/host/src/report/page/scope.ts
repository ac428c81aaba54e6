/** The page of a simulation: reads the embedded result, draws the oscilloscope and what belongs to it. */
import { deviceColour, type Theme } from './colour.ts';
import { byId, html } from './elements.ts';
import { fixed } from './format.ts';
import { showDelayMap } from './scope-delay-map.ts';
import { showEigenvalues } from './scope-eigenvalues.ts';
import { followPointer, type LaneLine, type ScopePage, showLane } from './scope-lane.ts';
import { showSpeech } from './scope-speech.ts';
import { createScopeStore, type OtherRun, type ScopeData } from './scope-store.ts';

const hues_count = 8;

function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const data = JSON.parse(byId('result').textContent ?? '{}') as ScopeData;
const whole: readonly [number, number] = [0, data.time_s.at(-1) ?? 1];
const store = createScopeStore({
  from_s: whole[0],
  to_s: whole[1],
  cursor_s: undefined,
  drag: undefined,
  hidden: new Set(),
  raised: undefined,
  other: undefined,
  drawing: 0,
});
const parts = [...new Set([...data.plant.devices, ...data.quantities.flatMap(({ lines }) => lines.map(({ of }) => of))])];
const page: ScopePage = {
  data,
  store,
  colour(of) {
    const k = Math.max(0, parts.indexOf(of));
    return deviceColour(theme(), k % hues_count, Math.floor(k / hues_count), Math.ceil(parts.length / hues_count));
  },
};

data.quantities.forEach((quantity, q) => {
  const host = byId(`lane-${q}`);
  showLane(page, host, byId(`reading-${q}`), {
    title: quantity.title,
    unit: quantity.unit,
    target: quantity.target,
    lines: (): LaneLine[] => {
      const { other } = store.view;
      const theirs = other?.quantities.find(({ name }) => name === quantity.name);
      return [
        ...(theirs?.lines ?? []).map((line) => ({ ...line, time_s: other!.time_s, isOther: true })),
        ...quantity.lines.map((line) => ({ ...line, time_s: data.time_s, isOther: false })),
      ];
    },
  });
  followPointer(page, host, whole);
});
const speech = document.getElementById('lane-speech');
if (speech) {
  showSpeech(page, speech, byId('reading-speech'));
  followPointer(page, speech, whole);
}
showEigenvalues(page);
showDelayMap(page);
controlWindow();
controlComparison();

/** Chips of events, the whole run, and keys. */
function controlWindow(): void {
  const scope = byId('scope');
  const chips = byId('event-chips');
  const show = (from_s: number, to_s: number): void => store.change({ from_s: Math.max(whole[0], from_s), to_s: Math.min(whole[1], to_s) });
  const times = [...new Set(data.events.map(({ at_s }) => at_s))];
  times.forEach((at_s, k) => {
    const words = data.events.filter((event) => event.at_s === at_s).map(({ what }) => what);
    const end_s = times[k + 1] ?? whole[1];
    const chip = html(
      'button',
      { type: 'button', class: 'chip' },
      html('b', {}, `${fixed(at_s, at_s % 1 === 0 ? 0 : 2)} s`),
      ` ${words.join(', ')}`,
    );
    chip.addEventListener('click', () => show(at_s - 0.06 * (end_s - at_s), end_s));
    chips.append(chip);
  });
  byId('scope-whole').addEventListener('click', () => show(whole[0], whole[1]));
  const range = byId('scope-range');
  const tell = (): void => {
    const { from_s, to_s, cursor_s } = store.view;
    const digits = to_s - from_s < 2 ? 3 : 2;
    range.textContent =
      cursor_s === undefined ? `${fixed(from_s, digits)} – ${fixed(to_s, digits)} s` : `t = ${fixed(cursor_s, digits + 1)} s`;
  };
  store.on(['from_s', 'to_s', 'cursor_s'], tell);
  tell();
  scope.addEventListener('keydown', (event) => {
    const { from_s, to_s, cursor_s } = store.view;
    const span_s = to_s - from_s;
    const middle_s = cursor_s ?? (from_s + to_s) / 2;
    if (event.target instanceof HTMLInputElement || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === 'ArrowLeft') store.change({ cursor_s: Math.max(from_s, middle_s - span_s / 200) });
    else if (event.key === 'ArrowRight') store.change({ cursor_s: Math.min(to_s, middle_s + span_s / 200) });
    else if (event.key === '+') show(middle_s - span_s / 4, middle_s + span_s / 4);
    else if (event.key === '-') show(middle_s - span_s, middle_s + span_s);
    else if (event.key === '0') show(whole[0], whole[1]);
    else return;
    event.preventDefault();
  });
}

/** Another result.json beside this one, in thin dashed lines. */
function controlComparison(): void {
  const input = byId('compare-file') as HTMLInputElement;
  const note = byId('compare-note');
  const clear = byId('compare-clear');
  const showOther = (other: OtherRun | undefined, words: string): void => {
    store.change({ other });
    note.textContent = words;
    clear.hidden = other === undefined;
  };
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (!file) return;
    file
      .text()
      .then((text) => {
        const other = JSON.parse(text) as OtherRun;
        const isRun = Array.isArray(other.time_s) && Array.isArray(other.quantities);
        if (isRun) showOther(other, `dashed: ${other.title}`);
        else showOther(undefined, `${file.name} is no result of a simulation`);
      })
      .catch(() => showOther(undefined, `${file.name} cannot be read as JSON`));
  });
  clear.addEventListener('click', () => {
    input.value = '';
    showOther(undefined, '');
  });
}

const redraw = (): void => store.change({ drawing: store.view.drawing + 1 });
let width = document.documentElement.clientWidth;
new ResizeObserver(() => {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  redraw();
}).observe(document.documentElement);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
document.documentElement.dataset['ready'] = 'yes';
