import { plainNumber } from './expression.ts';
import type { SourceFile } from './files.ts';
import type { Position } from './objects.ts';
import { quoted } from './place.ts';
import { LineScanner } from './tokens.ts';

/** Reads a file of `bus, x, y` lines (latitude before longitude where `latitudeFirst`). A line that is none is passed over with a warning. */
export function readPositions(
  file: SourceFile,
  latitudeFirst: boolean,
  positions: Map<string, Position>,
  warn: (text: string) => void,
): void {
  let line = 0;
  let odd_count = 0;
  let firstOdd = '';
  for (const text of file.text.split(/\r\n|\n|\r/)) {
    line++;
    const scanner = new LineScanner(text.replaceAll(';', ','));
    const bus = scanner.next()?.text.toLowerCase();
    if (bus === undefined || bus === '') continue;
    const first = plainNumber(scanner.next()?.text ?? '');
    const second = plainNumber(scanner.next()?.text ?? '');
    if (first === undefined || second === undefined) {
      if (odd_count++ === 0) firstOdd = `${quoted(text.trim())} (${file.name}:${line})`;
      continue;
    }
    positions.set(bus, latitudeFirst ? { x: second, y: first } : { x: first, y: second });
  }
  if (odd_count > 0) warn(`${odd_count} lines of coordinates are not "bus, x, y" and are passed over, the first is ${firstOdd}`);
}
