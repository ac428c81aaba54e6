import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { it } from 'vitest';
import { readFeederScript } from '../../../formats/opendss/read.ts';
import { prepareThreePhase } from '../../../powerflows/three-phase/three-phase.ts';
import { interiorPoint } from '../../../solvers/interior-point/interior-point.ts';
import { solveFeederOpf } from './solve.ts';

const root = '/work/shared/reference/power_models_distribution';
const services = { solver: interiorPoint(), powerFlow: (feeder: any) => prepareThreePhase(feeder, { controls: false }) };
const all = ['three_wire', 'opf_inputs', 'explicit_neutral'].flatMap((d) => readdirSync(`${root}/${d}`).filter((f) => f.endsWith('.dss')).map((f) => `${d}/${f}`));
for (const file of all)
  it(file, async () => {
    const dir = file.split('/')[0];
    const text = 'Clear\nSet DefaultBaseFrequency=50\n' + readFileSync(`${root}/${file}`, 'utf8').replace(/^\s*clear\s*$/im, '');
    let line = file + ' ';
    try {
      const read = readFeederScript(text, { fileName: file.split('/')[1], files: { read: (name: string) => (existsSync(`${root}/${dir}/${name}`) ? readFileSync(`${root}/${dir}/${name}`, "utf8") : undefined) } } as any);
      const feeder = (read as any).feeder;
      for (const formulation of ['three-phase-linear', 'three-phase-sdp'] as const) {
        const t = performance.now();
        const r = await solveFeederOpf(feeder, services, { formulation });
        const sum = (k: 'p_kW' | 'q_kvar') => r.source.powers.map((p) => p[k].toFixed(4)).join(' ') + ' = ' + r.source.powers.reduce((a, p) => a + p[k], 0).toFixed(5);
        line += `\n   ${formulation} ${r.status} it${r.iterations_count} r${r.refinements_count} ${Math.round(performance.now() - t)}ms p ${sum('p_kW')} q ${sum('q_kvar')} | ${r.units.map((u) => `${u.id} ${u.p_kW.toFixed(4)} ${u.q_kvar.toFixed(4)}`).join(', ')} | ac ${JSON.stringify(r.certificate.acCheck)} ${JSON.stringify(r.certificate.relaxation ?? '')} ${r.recovered ? 'rec ' + r.recovered.status + ' ' + r.recovered.objective_cur_per_h : ''} ${r.notes.join('; ').slice(0, 150)} ${r.conflict.slice(0, 3)}`;
      }
    } catch (e: any) { line += 'ERR ' + (e.stack ?? e.message).slice(0, 500); }
    console.log('C', line);
  }, 60000);
