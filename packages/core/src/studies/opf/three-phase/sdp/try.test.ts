import { it } from 'vitest';
import { prepareThreePhase } from '../../../../powerflows/three-phase/three-phase.ts';
import { interiorPoint } from '../../../../solvers/interior-point/interior-point.ts';
import { solveFeederOpf } from '../solve.ts';
import { ieee13, sun } from '../testing/ieee13.ts';

const services = { solver: interiorPoint(), powerFlow: (feeder: any) => prepareThreePhase(feeder, { controls: false }) };
const pvs = [sun('pv1', '675', [1, 2, 3, 0], 800, 900), sun('pv2', '611', [3, 0], 100, 120)];
const full = ieee13({ v_min_pu: 0.95, v_max_pu: 1.07, isPower: true, inverters: pvs });
const wye = { ...full, loads: full.loads.map((l) => l.connection === 'wye' ? l : { ...l, connection: 'wye' as const, terminal: { ...l.terminal, conductors: l.terminal.conductors.length === 2 ? [l.terminal.conductors[0], 0] : [1, 2, 3, 0] }, v_rated_kV: 2.4 }) };
for (const [name, feeder] of [['wye', wye], ['delta', full], ['mixed', ieee13({ v_min_pu: 0.95, v_max_pu: 1.07, inverters: [...pvs, sun('pv3', '634', [1, 0], 100, 120, { v_rated_kV: 0.277 }), sun('pv4', '671', [1, 2], 300, 350, { v_rated_kV: 4.16 })] })]] as const)
  it(name, async () => {
    const t = performance.now();
    const log: string[] = [];
    const found = await solveFeederOpf(feeder, services, { formulation: 'three-phase-sdp', onProgress: (e) => log.length < 100 && log.push([e.iteration_count, e.objective, e.primalResidual, e.dualResidual].join(' ')) });
    if (process.env.LOG) console.log(log.join('\n'));
    const { relaxation, acCheck, ...c } = found.certificate;
    console.log('C', name, Math.round(performance.now() - t), found.status, found.iterations_count, found.objective_cur_per_h, JSON.stringify(c), JSON.stringify(relaxation), JSON.stringify(acCheck), 'R', found.recovered?.objective_cur_per_h, found.recovered?.status, found.recovered?.refinements_count, found.conflict.slice(0, 5));
  }, 60000);
