import type { Line, Switch } from '../../../network/feeder/feeder.ts';
import { matrixText, type ScriptText } from './script-text.ts';

export function writeLines(script: ScriptText): void {
  for (const line of script.feeder.lines) writeLine(script, line);
  for (const element of script.feeder.switches) writeSwitch(script, element);
}

/** As a line with its matrices per kilometre, or of its whole length where that is not known; a reactor stays one. */
function writeLine(script: ScriptText, line: Line): void {
  const n = line.from.conductors.length;
  const isReactor = line.id.startsWith('reactor.');
  const className = isReactor ? 'reactor' : 'line';
  const name = script.nameFor(className, line.id, 'line');
  const length = line.length_km !== undefined && line.length_km > 0 ? line.length_km : undefined;
  const per = (matrix: readonly number[]): string =>
    matrixText(
      matrix.map((v) => v / (length ?? 1)),
      n,
    );
  if (line.g_S?.some((g) => g !== 0)) script.lost('line', line.id, 'its conductance to earth is left out');
  const ends = { bus1: script.terminal(line.from), bus2: script.terminal(line.to), phases: n };
  if (isReactor) {
    script.put(`New Reactor.${name}`, { ...ends, rmatrix: per(line.r_ohm), xmatrix: per(line.x_ohm) });
  } else {
    const omega = 2 * Math.PI * script.feeder.frequency_Hz;
    const c_nF = (line.b_S ?? line.r_ohm.map(() => 0)).map((b) => (b / omega) * 1e9);
    script.put(`New Line.${name}`, {
      ...ends,
      rmatrix: per(line.r_ohm),
      xmatrix: per(line.x_ohm),
      cmatrix: per(c_nF),
      length: length ?? 1,
      ...(length === undefined ? {} : { units: 'km' }),
      normamps: line.i_max_A ?? 0,
    });
  }
  if (!line.closedFrom) script.put(`Open ${className}.${name} 1`, {});
  if (!line.closedTo) script.put(`Open ${className}.${name} 2`, {});
}

function writeSwitch(script: ScriptText, element: Switch): void {
  const name = script.nameFor('line', element.id, 'switch');
  const { r_ohm = element.x_ohm === undefined ? 1e-4 : 0, x_ohm = 0 } = element;
  script.put(`New Line.${name}`, {
    bus1: script.terminal(element.from),
    bus2: script.terminal(element.to),
    phases: element.from.conductors.length,
    switch: true,
    r1: r_ohm,
    r0: r_ohm,
    x1: x_ohm,
    x0: x_ohm,
    c1: 0,
    c0: 0,
    length: 1,
    normamps: element.i_max_A ?? 0,
  });
  if (!element.closed) script.put(`Open Line.${name} 1`, {});
}
