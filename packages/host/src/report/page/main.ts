/** Reads the embedded result and lets every view draw itself. */
import type { NegotiateResult } from '@gridflock/core';
import type { Theme } from './colour.ts';
import { readAddress, showControls } from './controls.ts';
import { showConvergence } from './convergence.ts';
import { type Data, readData } from './data.ts';
import { byId } from './elements.ts';
import { showFeeder } from './feeder.ts';
import type { Page } from './frame.ts';
import { showPrices } from './prices.ts';
import { showSchedule } from './schedule.ts';
import { createStore } from './state.ts';
import { showStates } from './states.ts';
import { showVoltage } from './voltage.ts';

/** The bus and step at which the feeder suffers most when nobody coordinates: what a reader wants to see first. */
function worstPlace(data: Data): { bus: number; step: number } {
  let worst = { bus: 0, step: 0 };
  let worstRoom_pu = Number.POSITIVE_INFINITY;
  data.plans[0]?.ac.v_pu.forEach((row, bus) => {
    const limits = data.result.feeder.buses[bus];
    row.forEach((v, step) => {
      if (!limits || v === null || limits.v_max_pu - limits.v_min_pu < 1e-6) return;
      const room_pu = Math.min(v - limits.v_min_pu, limits.v_max_pu - v);
      if (room_pu < worstRoom_pu) {
        worstRoom_pu = room_pu;
        worst = { bus, step };
      }
    });
  });
  return worst;
}

function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const data = readData(JSON.parse(byId('result').textContent ?? '{}') as NegotiateResult);
const worst = worstPlace(data);
const asked = readAddress(data);
const step = asked.step ?? worst.step;
const negotiated = data.plans.findIndex((plan) => plan.name === 'negotiated');
const store = createStore({
  step,
  pinned: step,
  plan: asked.plan ?? Math.max(0, negotiated),
  bus: asked.bus ?? worst.bus,
  device: -1,
  playing: false,
  drawing: 0,
});
const page: Page = { data, store, theme };
showControls(page);
for (const show of [showFeeder, showSchedule, showPrices, showStates, showVoltage, showConvergence]) show(page);

let width = document.documentElement.clientWidth;
new ResizeObserver(() => {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  store.change({ drawing: store.view.drawing + 1 });
}).observe(document.documentElement);
document.documentElement.dataset['ready'] = 'yes';
