import type { VoltageSource } from '../../../network/feeder/feeder.ts';
import { numbersText, type ScriptText } from './script-text.ts';

/** Sources: the first is the source of the circuit. What is not balanced is written phase by phase. */
export function writeSources(script: ScriptText, name: string): void {
  script.feeder.sources.forEach((source, k) => {
    if (!source.inService) script.lost('source', source.id, 'it is out of service, which a script does not keep');
    const n = source.e_kV.length;
    const turn = turnOf(source);
    const command = (part: string) =>
      k === 0 && part === ''
        ? `New Circuit.${script.nameFor('circuit', name)}`
        : `New Vsource.${script.nameFor('vsource', source.id + part, part === '' ? 'source' : 'phase of a source')}`;
    if (turn !== undefined) {
      if (k === 0) script.nameFor('vsource', source.id === 'vsource.source' ? source.id : 'vsource.source', 'source');
      writeSource(script, command(''), source, phasesOf(n), turn);
      return;
    }
    script.lost('source', source.id, 'its voltages are not balanced: each phase is a source of its own, without coupling between them');
    for (const p of phasesOf(n)) writeSource(script, command(p === 0 ? '' : `_${p + 1}`), source, [p], 'pos');
  });
}

const phasesOf = (n: number): number[] => Array.from({ length: n }, (_, k) => k);

/** Whether phases follow each other forwards, backwards or together; undefined when they are not balanced. */
function turnOf({ e_kV, angle_deg }: VoltageSource): 'pos' | 'neg' | 'zero' | undefined {
  const n = e_kV.length;
  if (!e_kV.every((e) => Math.abs(e - e_kV[0]) <= 1e-9 * e_kV[0])) return undefined;
  const turns = [
    ['pos', -360 / n],
    ['neg', 360 / n],
    ['zero', 0],
  ] as const;
  return turns.find(([, step]) => angle_deg.every((angle, k) => Math.abs(wrapped(angle - angle_deg[0] - k * step)) <= 1e-7))?.[0];
}

const wrapped = (angle_deg: number): number => angle_deg - 360 * Math.round(angle_deg / 360);

function writeSource(script: ScriptText, command: string, source: VoltageSource, phases: readonly number[], turn: string): void {
  const n = phases.length;
  const bus = script.feeder.buses[source.terminal.bus];
  const single = n === 1;
  const base_kV = single ? bus.v_base_kV / Math.sqrt(3) : bus.v_base_kV;
  const nominal_kV = single ? base_kV : base_kV / (2 * Math.sin(Math.PI / n));
  const { z1, z0 } = sequenceImpedances(script, source, phases);
  script.put(command, {
    bus1: script.terminal({ bus: source.terminal.bus, conductors: phases.map((p) => source.terminal.conductors[p]) }),
    phases: n,
    basekv: base_kV,
    pu: source.e_kV[phases[0]] / nominal_kV,
    angle: source.angle_deg[phases[0]],
    ...(turn === 'pos' ? {} : { sequence: turn }),
    z1: numbersText(z1),
    z0: numbersText(z0),
    ...(source.inService ? {} : { enabled: false }),
  });
}

/** z1 = self − mutual, z0 = self + (n − 1)·mutual of the means. */
function sequenceImpedances(script: ScriptText, source: VoltageSource, phases: readonly number[]): { z1: number[]; z0: number[] } {
  const n = source.e_kV.length;
  const { r_ohm, x_ohm } = source;
  if (r_ohm === undefined && x_ohm === undefined) {
    script.lost('source', source.id, 'it is ideal; OpenDSS needs an impedance, a micro-ohm is written');
    return { z1: [0, 1e-6], z0: [0, 1e-6] };
  }
  const parts = [r_ohm, x_ohm].map((matrix = new Array<number>(n * n).fill(0)) => {
    const self = phases.map((p) => matrix[p * n + p]);
    const mutual = phases.flatMap((p) => phases.filter((q) => q !== p).map((q) => matrix[p * n + q]));
    const mean = (values: readonly number[]) => (values.length === 0 ? 0 : values.reduce((sum, v) => sum + v, 0) / values.length);
    const [s, m] = [mean(self), mean(mutual)];
    const even = [...self.map((v) => v - s), ...mutual.map((v) => v - m)].every((d) => Math.abs(d) <= 1e-9 * Math.abs(s));
    return { s, m, even };
  });
  if (!parts.every(({ even }) => even))
    script.lost('source', source.id, 'its impedance is not the same for all phases; the mean is written');
  return { z1: parts.map(({ s, m }) => s - m), z0: parts.map(({ s, m }) => s + 2 * m) };
}
