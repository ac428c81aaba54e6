import { describe, it } from 'vitest';
import { prepareThreePhase } from '../../../../powerflows/three-phase/three-phase.ts';
import { interiorPoint } from '../../../../solvers/interior-point/interior-point.ts';
import { solveFeederOpf } from '../solve.ts';
import { ieee13, sun } from '../testing/ieee13.ts';

const services = { solver: interiorPoint(), powerFlow: (feeder: any) => prepareThreePhase(feeder, { controls: false }) };

describe('x', () => {
  for (const [name, feeder] of [['wye', ieee13({ v_min_pu: 0.95, v_max_pu: 1.07, isPower: true, inverters: [sun('pv1', '675', [1, 2, 3, 0], 800, 900), sun('pv2', '611', [3, 0], 100, 120)] })],
   ['delta', ieee13({ v_min_pu: 0.95, v_max_pu: 1.07, inverters: [sun('pv1', '675', [1, 2, 3, 0], 800, 900), sun('pv2', '611', [3, 0], 100, 120), sun('pv3', '634', [1, 0], 100, 120, { v_rated_kV: 0.277 }), sun('pv4', '671', [1, 2], 300, 350, { v_rated_kV: 4.16 })] })]] as const)
  for (const formulation of ['three-phase-linear', 'three-phase-sdp'] as const)
  it(`opf ${name} ${formulation}`, async () => {
      const t = performance.now();
      const found = await solveFeederOpf(feeder, services, { formulation, onProgress: ({iteration_count, objective, primalResidual, dualResidual}) => formulation.endsWith('sdp') && console.log('IT', iteration_count, objective, primalResidual, dualResidual) });
      console.log('C', performance.now() - t, JSON.stringify({ ...found, places: 0, recovered: found.recovered && {...found.recovered, places: 0} }));
      //console.log(found.places.map((p) => `${feeder.buses[p.bus].id}.${p.conductor} ${p.v_pu.toFixed(5)} ${p.price_cur_per_kWh.toFixed(5)} e${p.energy_cur_per_kWh.toFixed(4)} l${p.loss_cur_per_kWh.toFixed(4)} c${p.congestion_cur_per_kWh.toFixed(4)} v${p.voltage_cur_per_kWh.toFixed(4)}`).join('\n'));
    
  });
});
