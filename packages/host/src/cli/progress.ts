import { clipped, harmless } from './text.ts';

export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly text?: string | undefined;
}

export interface ProgressLine {
  report(progress: Progress): void;
  /** Takes the line away, so that other text can be written. */
  clear(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** One line that is written over; otherwise a few lines, and none in the first second. */
  readonly live: boolean;
  readonly width: () => number;
  readonly clock_ms: () => number;
}

const redraw_ms = 80;
const sparse_ms = 10_000;
const quiet_ms = 1000;

export const noProgress: ProgressLine = { report() {}, clear() {} };

/**
 * On a terminal one line that updates itself. In a log nothing for what is done within a second; then a line per phase, and one each ten
 * seconds.
 */
export function progressLine(options: ProgressOptions): ProgressLine {
  const line = drawnLine(options);
  return options.live ? line : afterQuiet(line, options.clock_ms);
}

/** Holds back what is reported in the first second, but for the last of it, which is then told without waiting for another report. */
function afterQuiet(line: ProgressLine, clock_ms: () => number): ProgressLine {
  let started_ms: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    report(progress) {
      started_ms ??= clock_ms();
      const left_ms = started_ms + quiet_ms - clock_ms();
      cancel();
      if (left_ms > 0) timer = setTimeout(() => line.report(progress), left_ms).unref();
      else line.report(progress);
    },
    clear() {
      cancel();
      line.clear();
    },
  };
}

function drawnLine({ write, live, width, clock_ms }: ProgressOptions): ProgressLine {
  let phase: string | undefined;
  let last_ms = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    report(progress) {
      const now_ms = clock_ms();
      const isNew = progress.phase !== phase;
      if (!isNew && now_ms - last_ms < (live ? redraw_ms : sparse_ms)) return;
      phase = progress.phase;
      last_ms = now_ms;
      const text = progressText(progress, live);
      write(live ? `\r\u001b[2K${clipped(text, width() - 1)}` : `${text}\n`);
      drawn = live;
    },
    clear() {
      if (drawn) write('\r\u001b[2K');
      drawn = false;
    },
  };
}

const barSize = 20;

export function progressText({ phase, done, total, text }: Progress, withBar: boolean): string {
  const parts = [harmless(phase)];
  if (total !== undefined && total > 0) {
    const share = Math.min(1, Math.max(0, done / total));
    const full = Math.round(share * barSize);
    if (withBar) parts.push('█'.repeat(full) + '░'.repeat(barSize - full));
    parts.push(`${done} of ${total}`);
  } else if (done > 0) {
    parts.push(String(done));
  }
  if (text !== undefined && text !== '') parts.push(harmless(text).replaceAll('\n', ' '));
  return parts.join('  ');
}
