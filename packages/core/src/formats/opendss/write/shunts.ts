import type { PhaseShunt } from '../../../network/feeder/feeder.ts';
import { inverseMatrix, matrixFrom } from '../elements/complex-matrix.ts';
import { complex, inverse } from '../elements/sequence.ts';
import { matrixText, type ScriptText } from './script-text.ts';

/** Shunts as capacitors, reactors or reactors with a matrix, whichever says the admittance. */
export function writeShunts(script: ScriptText): void {
  for (const shunt of script.feeder.shunts) {
    if (!shunt.inService) script.lost('shunt', shunt.id, 'it is out of service, which a script does not keep');
    writeShunt(script, shunt);
  }
}

interface Pattern {
  /** Of one phase to earth, or of one side of a delta. */
  readonly g: number;
  readonly b: number;
  readonly connection: 'wye' | 'delta' | 'pair';
}

function writeShunt(script: ScriptText, shunt: PhaseShunt): void {
  const n = shunt.terminal.conductors.length;
  const pattern = patternOf(shunt, n);
  const enabled = shunt.inService ? {} : { enabled: false };
  const isStepped = (shunt.steps_count ?? 1) > 1 || (shunt.closed_count ?? shunt.steps_count ?? 1) !== (shunt.steps_count ?? 1);
  if (pattern !== undefined && pattern.g === 0 && pattern.b > 0 && pattern.connection !== 'pair') {
    writeCapacitor(script, shunt, pattern, n);
    return;
  }
  if (isStepped) script.lost('shunt', shunt.id, 'its steps are left out; it is written with all of them closed');
  const name = script.nameFor('reactor', shunt.id, 'shunt');
  const bus1 = script.terminal(shunt.terminal);
  if (pattern?.connection === 'wye' || pattern?.connection === 'delta') {
    const z = inverse(complex(pattern.g, pattern.b));
    const phases = pattern.connection === 'delta' && n === 2 ? 1 : n;
    const conn = pattern.connection === 'delta' ? { conn: 'delta' } : {};
    script.put(`New Reactor.${name}`, { bus1, phases, ...conn, r: z.re, x: z.im, ...enabled });
    return;
  }
  if (pattern?.connection === 'pair') {
    const z = inverse(complex(pattern.g, pattern.b));
    const [from, to] = shunt.terminal.conductors.map((c) => script.terminal({ bus: shunt.terminal.bus, conductors: [c] }));
    script.put(`New Reactor.${name}`, { bus1: from, bus2: to, phases: 1, r: z.re, x: z.im, ...enabled });
    return;
  }
  const z = inverseMatrix(matrixFrom(shunt.g_S, shunt.b_S), n);
  if (z === undefined) {
    script.lost('shunt', shunt.id, 'its admittance has no inverse and no plain form; it is left out');
    return;
  }
  const rmatrix = matrixText(
    z.map(({ re }) => re),
    n,
  );
  const xmatrix = matrixText(
    z.map(({ im }) => im),
    n,
  );
  script.put(`New Reactor.${name}`, { bus1, phases: n, rmatrix, xmatrix, ...enabled });
}

function writeCapacitor(script: ScriptText, shunt: PhaseShunt, { b, connection }: Pattern, n: number): void {
  const name = script.nameFor('capacitor', shunt.id, 'shunt');
  const { steps_count = 1, q_rated_kvar } = shunt;
  const { closed_count = steps_count } = shunt;
  const phases = connection === 'delta' && n === 2 ? 1 : n;
  // the voltage at which the rated vars are reached; without a rating the capacitance
  const elements = connection === 'delta' ? (n === 2 ? 1 : n) : n;
  const isPhase = connection === 'wye' && n > 1;
  const v_kV =
    q_rated_kvar !== undefined && q_rated_kvar > 0
      ? Math.sqrt(q_rated_kvar / elements / 1000 / b) * (isPhase ? Math.sqrt(3) : 1)
      : undefined;
  const omega = 2 * Math.PI * script.feeder.frequency_Hz;
  script.put(`New Capacitor.${name}`, {
    bus1: script.terminal(shunt.terminal),
    phases,
    ...(connection === 'delta' ? { conn: 'delta' } : {}),
    ...(v_kV === undefined ? { cuf: `[${(b / omega) * 1e6}]` } : { kv: v_kV, kvar: `[${q_rated_kvar}]` }),
    ...(steps_count === 1 ? {} : { numsteps: steps_count }),
    ...(closed_count === steps_count
      ? {}
      : { states: `[${Array.from({ length: steps_count }, (_, k) => (k < closed_count ? 1 : 0)).join(' ')}]` }),
    ...(shunt.inService ? {} : { enabled: false }),
  });
}

/** Equal admittances to earth, around a delta, or between two conductors; undefined for anything else. */
function patternOf({ g_S, b_S }: PhaseShunt, n: number): Pattern | undefined {
  const size = Math.max(...g_S.map(Math.abs), ...b_S.map(Math.abs));
  const equal = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * size;
  const self = { g: g_S[0], b: b_S[0] };
  const off = n > 1 ? { g: -g_S[1], b: -b_S[1] } : { g: 0, b: 0 };
  const uniform = Array.from({ length: n * n }, (_, k) => k).every((k) => {
    const isSelf = k % (n + 1) === 0;
    return equal(g_S[k], isSelf ? self.g : -off.g) && equal(b_S[k], isSelf ? self.b : -off.b);
  });
  if (!uniform) return undefined;
  if (equal(off.g, 0) && equal(off.b, 0)) return { ...self, connection: 'wye' };
  const sides = n === 2 ? 1 : n === 3 ? 2 : 0;
  if (sides === 0 || !equal(self.g, sides * off.g) || !equal(self.b, sides * off.b)) return undefined;
  return { ...off, connection: n === 2 && !(off.g === 0 && off.b > 0) ? 'pair' : 'delta' };
}
