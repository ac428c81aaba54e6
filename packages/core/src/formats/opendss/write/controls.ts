import type { CapacitorControl, RegulatorControl } from '../../../network/feeder/controls.ts';
import type { ScriptText } from './script-text.ts';

export function writeRegulators(script: ScriptText): void {
  for (const control of script.feeder.regulators) writeRegulator(script, control);
}

function writeRegulator(script: ScriptText, control: RegulatorControl): void {
  const { phase = 0, remote, reverse } = control;
  if (control.reversible && reverse === undefined) {
    script.lost('regulator', control.id, 'it is locked when power flows backwards; OpenDSS regulates to 120 V then');
  }
  if (reverse !== undefined && !control.reversible)
    script.lost('regulator', control.id, 'its settings for power flowing backwards are left out');
  const moved = script.elementName('transformer', control.transformer);
  if (moved === undefined) {
    script.lost('regulator', control.id, 'its transformer is not written');
    return;
  }
  script.put(`New RegControl.${script.nameFor('regcontrol', control.id)}`, {
    transformer: moved.slice('transformer.'.length),
    winding: control.windingMeasured + 1,
    ...(control.windingMoved === control.windingMeasured ? {} : { tapwinding: control.windingMoved + 1 }),
    vreg: control.v_set_V,
    band: control.band_V,
    ptratio: control.ptRatio,
    ctprim: control.ctRating_A,
    r: control.r_V,
    x: control.x_V,
    ...(remote === undefined ? {} : { bus: `${script.busName(remote.bus)}.${remote.conductor}`, remoteptratio: control.ptRatio }),
    ptphase: typeof phase === 'number' ? phase + 1 : phase,
    delay: control.delay_s,
    tapdelay: control.tapDelay_s,
    maxtapchange: control.tapsPerChange_count,
    ...(control.v_limit_V === undefined ? {} : { vlimit: control.v_limit_V }),
    ...(control.reversible ? { reversible: true } : {}),
    ...(control.reversible && reverse !== undefined
      ? { revvreg: reverse.v_set_V, revband: reverse.band_V, revr: reverse.r_V, revx: reverse.x_V }
      : {}),
    ...(control.enabled ? {} : { enabled: false }),
  });
}

const kinds = { current: 'current', voltage: 'voltage', kvar: 'kvar', powerFactor: 'pf', time: 'time' } as const;

export function writeCapacitorControls(script: ScriptText): void {
  for (const control of script.feeder.capacitorControls) writeCapacitorControl(script, control);
}

function writeCapacitorControl(script: ScriptText, control: CapacitorControl): void {
  const capacitor = script.elementName('shunt', control.shunt);
  const element = script.elementName(control.monitored.kind, control.monitored.element);
  if (capacitor === undefined || !capacitor.startsWith('capacitor.') || element === undefined) {
    script.lost('capacitor control', control.id, 'what it switches is not written as a capacitor, or what it looks at not at all');
    return;
  }
  const phase = typeof control.phase === 'number' ? control.phase + 1 : control.phase === 'mean' ? 'avg' : control.phase;
  script.put(`New CapControl.${script.nameFor('capcontrol', control.id)}`, {
    capacitor: capacitor.slice('capacitor.'.length),
    element,
    terminal: control.monitored.end + 1,
    type: kinds[control.kind],
    ptratio: control.ptRatio,
    ctratio: control.ctRatio,
    onsetting: control.on,
    offsetting: control.off,
    delay: control.delayOn_s,
    delayoff: control.delayOff_s,
    deadtime: control.dead_s,
    [control.kind === 'voltage' ? 'ptphase' : 'ctphase']: phase,
    ...(control.voltageOverride === undefined
      ? {}
      : { voltoverride: true, vmin: control.voltageOverride.v_min_V, vmax: control.voltageOverride.v_max_V }),
    ...(control.enabled ? {} : { enabled: false }),
  });
}
