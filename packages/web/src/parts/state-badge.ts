import { h, type JSX } from 'preact';
import type { Run } from '../api.ts';

const signs = { queued: '◌', running: '▶', done: '✓', failed: '✕', cancelled: '■' } as const;

/** The state of a run: in a word and a sign, never by colour alone. */
export function StateBadge({ run }: { run: Run }): JSX.Element {
  const { state, stop_asked, status } = run;
  const odd = state === 'done' && status !== null && status !== 'ok';
  const word = odd ? status : state === 'running' && stop_asked ? 'stopping' : state;
  return h(
    'span',
    { class: `badge badge-${odd ? 'odd' : state}` },
    h('span', { 'aria-hidden': true }, odd ? '!' : signs[state]),
    ' ',
    word,
  );
}
