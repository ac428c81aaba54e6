import { h, type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export interface TextEditorProps {
  readonly text: string;
  /** Of a fault: marked in the margin. */
  readonly badLine: number | undefined;
  /** Where to begin: scrolled to, with the cursor in it. */
  readonly startLine: number | undefined;
  readonly onText: (text: string) => void;
  readonly onSave: () => void;
  readonly onRun: () => void;
}

/** A text with line numbers; the line of a fault is marked. Tab leaves it, as everywhere on a page; Ctrl+S saves, Ctrl+Enter runs. */
export function TextEditor({ text, badLine, startLine, onText, onSave, onRun }: TextEditorProps): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  const margin = useRef<HTMLDivElement>(null);
  const lines_count = text.split('\n').length;
  useEffect(() => {
    if (startLine !== undefined && area.current !== null) showLine(area.current, startLine);
  }, [startLine]);
  const onScroll = (): void => {
    if (margin.current !== null && area.current !== null) margin.current.scrollTop = area.current.scrollTop;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    if (event.key !== 's' && event.key !== 'Enter') return;
    event.preventDefault();
    if (event.key === 's') onSave();
    else onRun();
  };
  const numbers = Array.from({ length: lines_count }, (_, k) => {
    const isBad = k + 1 === badLine;
    return h('span', { key: k, class: isBad ? 'bad' : undefined }, isBad ? `▸${k + 1}` : k + 1);
  });
  return h(
    'div',
    { class: 'editor' },
    h('div', { class: 'editor-margin', ref: margin, 'aria-hidden': true }, numbers),
    h('textarea', {
      ref: area,
      value: text,
      wrap: 'off',
      spellcheck: false,
      autocomplete: 'off',
      autocapitalize: 'off',
      'aria-label': 'Text of the study, YAML',
      'aria-invalid': badLine !== undefined,
      'aria-describedby': 'study-fault',
      onInput: (event: Event) => onText((event.currentTarget as HTMLTextAreaElement).value),
      onScroll,
      onKeyDown,
    }),
  );
}

/** Puts the cursor at the beginning of a line, and the line into the upper third. */
export function showLine(area: HTMLTextAreaElement, line: number): void {
  const before = area.value.split('\n').slice(0, line - 1);
  const start = before.reduce((length, each) => length + each.length + 1, 0);
  const end = area.value.indexOf('\n', start);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  const height_px = Number.parseFloat(getComputedStyle(area).lineHeight);
  area.scrollTop = Math.max(0, (line - 1) * height_px - area.clientHeight / 3);
}
