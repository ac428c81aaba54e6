import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { progressLine, progressText } from './progress.ts';

const record = (live: boolean) => {
  const written: string[] = [];
  const line = progressLine({ write: (text) => void written.push(text), live, width: () => 40, clock_ms: () => Date.now() });
  return { written, line, wait: (ms: number) => void vi.advanceTimersByTime(ms) };
};

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

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
    expect(written).toEqual(['solve  0 of 26\n', 'solve  11 of 26\n', 'check  20 of 26\n']);
  });

  it('says nothing in a log of what is done within a second', () => {
    const { written, line, wait } = record(false);
    line.report({ phase: 'read', done: 0 });
    wait(300);
    line.report({ phase: 'solve', done: 0 });
    wait(600);
    line.clear();
    wait(60_000);
    expect(written).toEqual([]);
  });

  it('tells in a log where it is after a second, also when no report follows', () => {
    const { written, line, wait } = record(false);
    line.report({ phase: 'read', done: 0 });
    wait(300);
    line.report({ phase: 'solve', done: 0 });
    wait(700);
    expect(written).toEqual(['solve\n']);
    wait(5000);
    line.report({ phase: 'write', done: 0 });
    expect(written).toEqual(['solve\n', 'write\n']);
  });

  it('shows a bar, a count, or only the phase', () => {
    expect(progressText({ phase: 'a', done: 5, total: 10 }, true)).toBe(`a  ${'█'.repeat(10)}${'░'.repeat(10)}  5 of 10`);
    expect(progressText({ phase: 'a', done: 7, text: 'x\ny' }, true)).toBe('a  7  x y');
    expect(progressText({ phase: 'a', done: 0 }, true)).toBe('a');
  });
});
