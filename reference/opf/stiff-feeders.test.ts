import { describe, expect, it } from 'vitest';
import { readFeederScript } from '../../packages/core/src/formats/opendss/read.ts';
import type { FeederOpfResult } from '../../packages/core/src/opf/three-phase/result.ts';
import { solveFeederOpf } from '../../packages/core/src/opf/three-phase/solve.ts';
import { prepareThreePhase } from '../../packages/core/src/powerflows/three-phase/three-phase.ts';
import { interiorPoint } from '../../packages/core/src/solvers/interior-point/interior-point.ts';

/**
 * The IEEE 4-node test feeder (lines of 2000 and 2500 ft between nodes 1–2 and 3–4, 6 MVA transformer) behind a source of next to no impedance: nothing of the
 * products of voltages at nodes 1 and 2 is free, and behind a delta the zero sequence is not.
 * @source IEEE PES Distribution Test Feeder Working Group, 4 Node Test Feeder (2006): phase impedance matrices, ohm per mile
 */
const fourNodes = (connections: readonly [string, string], kV: number, load: string, between = ''): string => `
  Clear
  New Circuit.four basekV=12.47 phases=3 MVAsc3=2000000 MVAsc1=2000000
  New Linecode.lc nphases=3 units=mi rmatrix=(.4576 | .1559 .4666 | .1535 .1580 .4615) xmatrix=(1.0780 | .5017 1.0482 | .3849 .4236 1.0651) cmatrix=(0 | 0 0 | 0 0 0)
  New Line.one bus1=sourcebus bus2=n2 linecode=lc length=2000 units=ft
  New Transformer.t buses=(n2 n3) conns=(${connections.join(' ')}) kVs=(12.47 ${kV}) kVAs=(6000 6000) xhl=6 %rs=(.5 .5)
  ${between}
  New Line.two bus1=n3 bus2=n4 linecode=lc length=2500 units=ft
  ${load}
  Set voltagebases=(12.47 ${kV})
  CalcVoltageBases`;

const perPhase = (kV: number, p_kW: readonly number[]): string =>
  p_kW.map((p, k) => `New Load.l${k} bus1=n4.${k + 1} phases=1 kV=${(kV / Math.sqrt(3)).toFixed(4)} kW=${p} pf=.9 vminpu=.6`).join('\n');

const betweenPhases = (kV: number, p_kW: readonly number[]): string =>
  p_kW.map((p, k) => `New Load.d${k} bus1=n4.${k + 1}.${((k + 1) % 3) + 1} phases=1 kV=${kV} kW=${p} pf=.9 vminpu=.6`).join('\n');

function solve(script: string): Promise<FeederOpfResult> {
  const { feeder } = readFeederScript(script, { fileName: 'four.dss', files: { read: () => undefined } });
  const buses = feeder.buses.map((bus) => ({ ...bus, v_min_pu: 0.75, v_max_pu: 1.1 }));
  const powerFlow = (each: typeof feeder) => prepareThreePhase(each, { controls: false, tolerance_frac: 1e-10 });
  return solveFeederOpf(
    { ...feeder, buses },
    { solver: interiorPoint(), powerFlow },
    { formulation: 'three-phase-sdp', hasRatings: false },
  );
}

const stiff = `New Reactor.none bus1=n3 bus2=n3b phases=3 R=1e-4 X=1e-4
  New Line.stub bus1=n3b bus2=n3c linecode=lc length=10 units=ft`;

describe('three-phase-sdp behind stiff elements', () => {
  it.each([
    ['wye–wye', fourNodes(['wye', 'wye'], 4.16, perPhase(4.16, [900, 1200, 1600]))],
    ['delta–wye', fourNodes(['delta', 'wye'], 4.16, perPhase(4.16, [900, 1200, 1600]))],
    ['delta–wye and branches that carry nothing', fourNodes(['delta', 'wye'], 4.16, perPhase(4.16, [900, 1200, 1600]), stiff)],
  ])('%s is exact: the point is the power flow', async (_, script) => {
    const { status, certificate } = await solve(script);
    expect(status).toMatch(/optimal/);
    expect(certificate.relaxation?.isExact).toBe(true);
    expect(certificate.primalResidual).toBeLessThan(1e-7);
    expect(certificate.acCheck?.v_difference_max_pu).toBeLessThan(1e-7);
  });

  it('is refused where a phase leads to a conductor that is no neutral', async () => {
    const jumper = 'New Line.jumper bus1=n3.4.5.6 bus2=n3j.1.2.3 switch=yes';
    const script = fourNodes(['wye', 'wye'], 4.16, perPhase(4.16, [90, 90, 90]), jumper);
    await expect(solve(script)).rejects.toThrow(/jumper.*OPF_CONDUCTOR_NOT_EARTH/s);
  });

  it.each([
    ['wye–delta', fourNodes(['wye', 'delta'], 4.16, betweenPhases(4.16, [900, 1200, 1600]))],
    ['delta–delta', fourNodes(['delta', 'delta'], 4.16, betweenPhases(4.16, [900, 1200, 1600]))],
  ])('%s: solved in full, and the bound is narrow', async (_, script) => {
    const { status, certificate, recovered } = await solve(script);
    expect(status).toMatch(/optimal/);
    expect(certificate.primalResidual).toBeLessThan(1e-6);
    expect(certificate.dualResidual).toBeLessThan(3e-4);
    expect(certificate.relaxation?.gap_frac).toBeLessThan(5e-4);
    expect(certificate.relaxation?.bound).toBeLessThan(recovered?.objective_cur_per_h ?? 0);
  });
});
