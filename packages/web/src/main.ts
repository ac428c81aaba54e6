/** The page of `gridflock serve`. */
import { h, render } from 'preact';
import { App } from './app.ts';
import { guardDrafts } from './drafts.ts';
import { liveRuns } from './live.ts';
import { applyTheme } from './parts/theme.ts';

applyTheme();
guardDrafts();
liveRuns.start();
const place = document.getElementById('page');
if (place !== null) render(h(App, {}), place);
