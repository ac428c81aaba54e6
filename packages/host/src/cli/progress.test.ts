import { describe, expect, it } from 'vitest';
import { progressLine, progressText } from './progress.ts';

const record = (live: boolean) => {
  const written: string[] = [];
  let now_ms = 0;
  const line = progressLine({ write: (text) => void written.push(text), live, width: () => 40, clock_ms: () => now_ms });
  return { written, line, wait: (ms: number) => void (now_ms += ms) };
};

describe('progress', () => {
  it('is one line that is written over on a terminal', () => {
    const { written, line, wait } = record(true);
    line.report({ phase: 'negotiation', done: 1, total: 4 });
    wait(10);
    line.report({ phase: 'negotiation', done: 2, total: 4 });
    wait(100);
    line.report({ phase: 'negotiation', done: 3, total: 4, text: 'a long text that does not fit on the line' });
    line.clear();
    expect(written).toHaveLength(3);
    for (const text of written) expect(text.replace('\r\u001b[2K', '').length).toBeLessThan(40);
    expect(written.at(-1)).toBe('\r\u001b[2K');
    expect(written.join('')).not.toContain('\n');
  });

  it('is a line per phase, and one each ten seconds, in a log', () => {
    const { written, line, wait } = record(false);
    for (let k = 0; k <= 25; k++) {
      line.report({ phase: k < 20 ? 'solve' : 'check', done: k, total: 26 });
      wait(1000);
    }
    line.clear();
    expect(written).toEqual(['solve  0 of 26\n', 'solve  10 of 26\n', 'check  20 of 26\n']);
  });

  it('shows a bar, a count, or only the phase', () => {
    expect(progressText({ phase: 'a', done: 5, total: 10 }, true)).toBe(`a  ${'█'.repeat(10)}${'░'.repeat(10)}  5 of 10`);
    expect(progressText({ phase: 'a', done: 7, text: 'x\ny' }, true)).toBe('a  7  x y');
    expect(progressText({ phase: 'a', done: 0 }, true)).toBe('a');
  });
});
