import type { Feeder } from '../../../network/feeder/feeder.ts';
import { feederOfCase } from '../../../network/feeder/lift.ts';
import type { Case } from '../../../network/network.ts';
import type { Written } from '../../contract.ts';
import { lossesOfFeeder } from '../../feeder-losses.ts';
import { readFeederScript } from '../read.ts';
import { writeGenerators, writeLoads } from './consumers.ts';
import { writeCapacitorControls, writeRegulators } from './controls.ts';
import { writeInverterControls, writeInverters } from './inverters.ts';
import { writeLines } from './lines.ts';
import { numbersText, numberText, ScriptText } from './script-text.ts';
import { writeShunts } from './shunts.ts';
import { writeSources } from './sources.ts';
import { writeTransformers } from './transformers.ts';

/**
 * Writes a feeder as one OpenDSS script without further files; a balanced case conductor by conductor first.
 *
 * Every number stands with fifteen digits. Nominal voltages that OpenDSS would not find by itself are set bus by bus.
 * @throws the codes of `feederOfCase`
 */
export function writeScript(value: Case): Written {
  const feeder = value.feeder ?? feederOfCase(value);
  const script = new ScriptText(feeder);
  script.lines.push(`! ${feeder.name.replace(/[\r\n]+/g, ' ').slice(0, 100)}, written by gridflock`, 'Clear');
  script.put('Set', { DefaultBaseFrequency: feeder.frequency_Hz });
  writeSources(script, feeder.name);
  const parts: readonly (readonly [title: string, write: (script: ScriptText) => void])[] = [
    ['Profiles', writeProfiles],
    ['Lines and switches', writeLines],
    ['Transformers', writeTransformers],
    ['Capacitors and reactors', writeShunts],
    ['Loads', writeLoads],
    ['Generators', writeGenerators],
    ['Inverters', writeInverters],
    ['Regulators', writeRegulators],
    ['Capacitor controls', writeCapacitorControls],
    ['Inverter controls', writeInverterControls],
  ];
  for (const [title, write] of parts) {
    const before = script.lines.length;
    script.comment(title);
    const header = script.lines.length;
    write(script);
    if (script.lines.length === header) script.lines.length = before;
  }
  writeBuses(script, feeder);
  return script.finish(lossesOfFeeder(value));
}

function writeProfiles(script: ScriptText): void {
  for (const { id, step_s, p, q, actual } of script.feeder.profiles) {
    const name = script.nameFor('loadshape', `loadshape.${id}`);
    script.put(`New LoadShape.${name}`, {
      npts: p.length,
      sinterval: step_s,
      mult: numbersText(p),
      ...(q === undefined ? {} : { qmult: numbersText(q) }),
      ...(actual ? { useactual: true } : {}),
    });
  }
}

/** Nominal voltages and positions. */
function writeBuses(script: ScriptText, feeder: Feeder): void {
  const listed = [...new Set(feeder.buses.map(({ v_base_kV }) => v_base_kV))].sort((a, b) => b - a);
  script.comment('Nominal voltages');
  script.put('Set', { VoltageBases: numbersText(listed) });
  script.lines.push('CalcVoltageBases');
  const found = new Map(
    readFeederScript(script.lines.join('\n'), { fileName: 'written' }).feeder.buses.map(({ id, v_base_kV }) => [id, v_base_kV]),
  );
  feeder.buses.forEach(({ v_base_kV }, b) => {
    const name = script.busName(b);
    if (found.get(name) !== v_base_kV) script.lines.push(`SetkVBase bus=${name} kvll=${numberText(v_base_kV)}`);
  });
  for (const [b, { x, y }] of feeder.buses.entries()) {
    if (x !== undefined && y !== undefined) script.put('SetBusXY', { bus: script.busName(b), x, y });
  }
  feeder.buses.forEach(({ id, v_min_pu, v_max_pu }) => {
    if (v_min_pu !== undefined || v_max_pu !== undefined) script.lost('bus', id, 'limits of the voltage have no place');
  });
}
