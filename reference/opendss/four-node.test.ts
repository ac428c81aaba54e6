import { describe, expect, it } from 'vitest';
import { opendssFormat } from '../../packages/core/src/formats/opendss/format.ts';
import { solveFeeder, withFeeder } from './solve-script.ts';

/**
 * The IEEE 4-node feeder, step-down, as its document describes it: overhead lines of three or four wires, a transformer of 6 MVA in each of the six
 * connections, a load of constant power behind it.
 * @source IEEE PES Distribution System Analysis Subcommittee, 4 Node Test Feeder, revised 19 September 2006
 */
function script(connection: string, isBalanced: boolean): string {
  const wye = connection.endsWith('GrY');
  const isOpen = connection === 'OpenGrY-D';
  const upstream = connection.startsWith('D') ? '3wire' : '4wire';
  const [primary, secondary] = connection.split('-');
  const windings = `conns=[${primary === 'D' ? 'delta' : 'wye'} ${secondary === 'D' ? 'delta' : 'wye'}]`;
  const primaryBus = primary === 'Y' ? 'n2.1.2.3.4' : 'n2';
  const transformer = isOpen
    ? `New Transformer.a phases=1 xhl=6 buses=[n2.1 n3.1.2] kvs=[7.2 4.16] kvas=[2000 2000] %rs=[0.5 0.5] ppm=10
New Transformer.b phases=1 xhl=6 buses=[n2.2 n3.2.3] kvs=[7.2 4.16] kvas=[2000 2000] %rs=[0.5 0.5] ppm=10`
    : `New Transformer.t xhl=6 buses=[${primaryBus} n3] ${windings} kvs=[12.47 4.16] kvas=[6000 6000] %rs=[0.5 0.5]`;
  const powers = isBalanced
    ? [
        [1800, 0.9],
        [1800, 0.9],
        [1800, 0.9],
      ]
    : [
        [1275, 0.85],
        [1800, 0.9],
        [2375, 0.95],
      ];
  const limits = 'model=1 vminpu=0.7 vmaxpu=1.3';
  const wyeLoads = powers.map(([p, pf], k) => `New Load.l${k} phases=1 bus1=n4.${k + 1} kv=2.4018 kw=${p} pf=${pf} ${limits}`);
  const scale = isOpen ? 2 / 3 : 1;
  const openPowers = isBalanced
    ? [
        [1200, 0.9],
        [1200, 0.9],
        [1200, 0.9],
      ]
    : [
        [850, 0.85],
        [1200, 0.9],
        [1583.33, 0.95],
      ];
  const deltaLoads = (scale < 1 ? openPowers : powers).map(
    ([p, pf], k) => `New Load.l${k} phases=1 conn=delta bus1=n4.${['1.2', '2.3', '3.1'][k]} kv=4.16 kw=${p} pf=${pf} ${limits}`,
  );
  return `Clear
New Circuit.four basekv=12.47 mvasc3=2000000 mvasc1=2000000
Set EarthModel=Carson
New WireData.phase Rac=0.306 Runits=mi GMRac=0.0244 GMRunits=ft Diam=0.721 Radunits=in
New WireData.neutral Rac=0.592 Runits=mi GMRac=0.00814 GMRunits=ft Diam=0.563 Radunits=in
New LineGeometry.4wire nconds=4 nphases=3 reduce=yes units=ft
~ cond=1 wire=phase x=-4 h=28 cond=2 wire=phase x=-1.5 h=28 cond=3 wire=phase x=3 h=28 cond=4 wire=neutral x=0 h=24
New LineGeometry.3wire nconds=3 nphases=3 units=ft
~ cond=1 wire=phase x=-4 h=28 cond=2 wire=phase x=-1.5 h=28 cond=3 wire=phase x=3 h=28
New Line.one geometry=${upstream} bus1=sourcebus bus2=n2 length=2000 units=ft
${transformer}
New Line.two geometry=${wye ? '4wire' : '3wire'} bus1=n3 bus2=n4 length=2500 units=ft
${(wye ? wyeLoads : deltaLoads).join('\n')}
Set VoltageBases=[12.47 4.16]
`;
}

/** Magnitudes at node 4: to earth behind a wye, between phases (ab, bc, ca) behind a delta. */
const published = [
  ['GrY-GrY', true, [1918, 2061, 1981]],
  ['GrY-D', true, [3437, 3497, 3388]],
  ['Y-D', true, [3437, 3497, 3388]],
  ['D-GrY', true, [1920, 2054, 1986]],
  ['D-D', true, [3442, 3497, 3384]],
  ['OpenGrY-D', true, [3384, 3804.9, 3246]],
  ['GrY-GrY', false, [2175, 1930, 1833]],
  ['GrY-D', false, [3425, 3646, 3298]],
  ['Y-D', false, [3425, 3646, 3298]],
  ['D-GrY', false, [2157, 1936, 1849]],
  ['D-D', false, [3431, 3647, 3294]],
  ['OpenGrY-D', false, [3307, 3907, 3073]],
] as const;

describe('IEEE 4-node feeder, step-down, as an OpenDSS script', () => {
  it.each(published)('%s, balanced load: %s', (connection, isBalanced, expected_V) => {
    const solved = solveFeeder(withFeeder(opendssFormat.read(script(connection, isBalanced), { fileName: 'four.dss' })));
    expect(solved.result.status).toBe('converged');
    const volts = [1, 2, 3].map((k) => solved.volts('n4', k)!);
    const sizes = connection.endsWith('GrY')
      ? volts.map(({ size_V }) => size_V)
      : volts.map((v, k) => Math.hypot(v.re_V - volts[(k + 1) % 3].re_V, v.im_V - volts[(k + 1) % 3].im_V));
    // four digits are printed
    sizes.forEach((size_V, k) => expect(Math.abs(size_V / expected_V[k] - 1), `phase ${k + 1}: ${size_V}`).toBeLessThan(1e-3));
  });
});
