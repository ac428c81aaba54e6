/** The bar that moves through time and switches the plan; keys; light and dark. */

import { byId, html, svg } from './elements.ts';
import type { Page } from './frame.ts';
import { sideOf } from './limits.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName));

function controlTime(page: Page): void {
  const { data, store } = page;
  const slider = byId('time-slider') as HTMLInputElement;
  const text = byId('time-text');
  const play = byId('time-play') as HTMLButtonElement;
  const lastStep = Math.max(0, data.nT - 1);
  slider.max = String(lastStep);
  slider.disabled = lastStep === 0;
  play.disabled = lastStep === 0;
  const pin = (step: number): void => {
    const inside = Math.min(lastStep, Math.max(0, step));
    store.change({ step: inside, pinned: inside });
  };
  const show = (): void => {
    slider.value = String(store.view.step);
    slider.setAttribute('aria-valuetext', data.stepText(store.view.step));
    text.textContent = data.stepText(store.view.step);
  };
  slider.addEventListener('input', () => {
    store.change({ playing: false });
    pin(Number(slider.value));
  });
  store.on(['step'], show);
  show();

  let timer: ReturnType<typeof setInterval> | undefined;
  const reduced = matchMedia('(prefers-reduced-motion: reduce)');
  store.on(['playing'], () => {
    const { playing } = store.view;
    play.setAttribute('aria-pressed', String(playing));
    play.textContent = playing ? '❚❚' : '▶';
    play.setAttribute('aria-label', playing ? 'Pause' : 'Play the day');
    clearInterval(timer);
    if (!playing) return;
    const length_ms = reduced.matches ? 1200 : Math.max(120, Math.min(450, 11_000 / Math.max(1, data.nT)));
    timer = setInterval(() => pin(store.view.step >= lastStep ? 0 : store.view.step + 1), length_ms);
  });
  play.addEventListener('click', () => store.change({ playing: !store.view.playing }));

  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    const target = event.target as HTMLElement | null;
    const stride = event.shiftKey ? Math.max(1, Math.round(data.nT / 12)) : 1;
    if (event.key === 'ArrowRight') pin(store.view.step + stride);
    else if (event.key === 'ArrowLeft') pin(store.view.step - stride);
    else if (event.key === ' ' && (target === document.body || target?.tagName === 'MAIN')) store.change({ playing: !store.view.playing });
    else if (/^[1-9]$/.test(event.key) && Number(event.key) <= data.plans.length) store.change({ plan: Number(event.key) - 1 });
    else return;
    if (event.key === ' ' || event.key.startsWith('Arrow')) event.preventDefault();
  });
}

/** Under the slider: a mark at every step at which a bus of the chosen plan is outside its limits. */
function showStrip(page: Page): void {
  const { data, store } = page;
  const { buses } = data.result.feeder;
  const host = byId('time-strip');
  const draw = (): void => {
    const rows = data.plans[store.view.plan]?.ac.v_pu ?? [];
    const marks = data.result.time.steps.flatMap((_, t) => {
      const outside = rows.some((row, b) => sideOf(row[t], buses[b], data.result.voltageTolerance_pu) !== 0);
      return outside ? [svg('rect', { x: t - 0.45, y: 0, width: 0.9, height: 1 })] : [];
    });
    host.replaceChildren(
      svg(
        'svg',
        { viewBox: `0 0 ${Math.max(1, data.nT - 1)} 1`, width: '100%', height: 5, preserveAspectRatio: 'none', overflow: 'visible' },
        ...marks,
      ),
    );
  };
  store.on(['plan'], draw);
  draw();
}

function controlPlan(page: Page): void {
  const { data, store } = page;
  const host = byId('plan-switch');
  const inputs = data.plans.map((plan, k) => {
    const input = html('input', { type: 'radio', name: 'plan', id: `plan-${k}`, value: k });
    input.addEventListener('change', () => store.change({ plan: k }));
    host.append(input, html('label', { for: `plan-${k}`, title: plan.title }, plan.name));
    return input;
  });
  const show = (): void => {
    inputs.forEach((input, k) => {
      input.checked = k === store.view.plan;
    });
    document.documentElement.dataset['plan'] = data.plans[store.view.plan]?.name ?? '';
  };
  store.on(['plan'], show);
  show();
}

function controlTheme(page: Page): void {
  const root = document.documentElement;
  const button = byId('theme-switch');
  const say = (): void => {
    const dark = page.theme() === 'dark';
    button.textContent = dark ? '☀ Light' : '☾ Dark';
    button.setAttribute('aria-label', dark ? 'Switch to light colours' : 'Switch to dark colours');
  };
  const redraw = (): void => {
    say();
    page.store.change({ drawing: page.store.view.drawing + 1 });
  };
  button.addEventListener('click', () => {
    root.dataset['theme'] = page.theme() === 'dark' ? 'light' : 'dark';
    redraw();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  let before: string | undefined;
  addEventListener('beforeprint', () => {
    before = root.dataset['theme'];
    root.dataset['theme'] = 'light';
    redraw();
  });
  addEventListener('afterprint', () => {
    if (before === undefined) delete root.dataset['theme'];
    else root.dataset['theme'] = before;
    redraw();
  });
  say();
}

/** `#step=17&plan=central&bus=18`: the address holds what is looked at, so that a link or a reload shows the same. */
function controlAddress(page: Page): void {
  const { data, store } = page;
  const write = (): void => {
    const { pinned, plan, bus } = store.view;
    const state = new URLSearchParams({
      step: String(pinned),
      plan: data.plans[plan]?.name ?? '',
      bus: data.result.feeder.buses[bus]?.id ?? '',
    });
    try {
      history.replaceState(null, '', `#${state}`);
    } catch {
      // some viewers of local files forbid it; the report works without
    }
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  store.on(['pinned', 'plan', 'bus'], () => {
    clearTimeout(timer);
    timer = setTimeout(write, 300);
  });
}

export function readAddress(data: Page['data']): { step?: number; plan?: number; bus?: number } {
  const state = new URLSearchParams(location.hash.slice(1));
  const step = Number(state.get('step') ?? Number.NaN);
  const plan = data.plans.findIndex(({ name }) => name === state.get('plan'));
  const bus = data.busIndex.get(state.get('bus') ?? '');
  return {
    ...(Number.isInteger(step) && step >= 0 && step < data.nT ? { step } : {}),
    ...(plan >= 0 ? { plan } : {}),
    ...(bus === undefined ? {} : { bus }),
  };
}

export function showControls(page: Page): void {
  controlTime(page);
  showStrip(page);
  controlPlan(page);
  controlTheme(page);
  controlAddress(page);
}
