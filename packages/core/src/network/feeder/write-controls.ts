import type { CapacitorControl, InverterControl, InverterFunction, RegulatorControl } from './controls.ts';
import type { FeederCell } from './document.ts';
import type { FeederBus } from './feeder.ts';

type Draft = Readonly<Record<string, FeederCell | undefined>>;

export const regulatorRecord = (each: RegulatorControl, buses: readonly FeederBus[]): Draft => ({
  id: each.id,
  transformer: each.transformer,
  winding_measured: each.windingMeasured,
  winding_moved: each.windingMoved,
  v_set_V: each.v_set_V,
  band_V: each.band_V,
  pt_ratio: each.ptRatio,
  ct_rating_A: each.ctRating_A,
  r_V: each.r_V,
  x_V: each.x_V,
  remote_bus: each.remote === undefined ? undefined : buses[each.remote.bus].id,
  remote_conductor: each.remote?.conductor,
  phase: each.phase,
  delay_s: each.delay_s,
  tap_delay_s: each.tapDelay_s,
  taps_per_change_count: each.tapsPerChange_count,
  v_limit_V: each.v_limit_V,
  reversible: each.reversible ? true : undefined,
  reverse_v_set_V: each.reverse?.v_set_V,
  reverse_band_V: each.reverse?.band_V,
  reverse_r_V: each.reverse?.r_V,
  reverse_x_V: each.reverse?.x_V,
  enabled: each.enabled ? undefined : false,
});

export const capacitorControlRecord = (each: CapacitorControl): Draft => ({
  id: each.id,
  shunt: each.shunt,
  element_kind: each.monitored.kind,
  element: each.monitored.element,
  end: each.monitored.end,
  kind: each.kind,
  on: each.on,
  off: each.off,
  pt_ratio: each.ptRatio,
  ct_ratio: each.ctRatio,
  phase: each.phase,
  delay_on_s: each.delayOn_s,
  delay_off_s: each.delayOff_s,
  dead_s: each.dead_s,
  v_override_min_V: each.voltageOverride?.v_min_V,
  v_override_max_V: each.voltageOverride?.v_max_V,
  enabled: each.enabled ? undefined : false,
});

export const inverterControlRecord = (each: InverterControl, buses: readonly FeederBus[]): Draft => ({
  id: each.id,
  inverters: each.inverters,
  voltage: each.voltage,
  remote_buses: each.remoteBuses?.map((bus) => buses[bus].id),
  var_base: each.varBase,
  mean: each.mean?.use,
  mean_window_s: each.mean?.window_s,
  rate_lag_s: each.rate?.kind === 'lag' ? each.rate.tau_s : undefined,
  rate_limit_per_s: each.rate?.kind === 'ramp' ? each.rate.limit_per_s : undefined,
  enabled: each.enabled ? undefined : false,
  functions: each.functions.map(functionRecord),
});

function functionRecord(each: InverterFunction): { readonly [key: string]: FeederCell } {
  switch (each.kind) {
    case 'volt-var':
      return {
        kind: each.kind,
        x: each.curve.x,
        y: each.curve.y,
        ...(each.hysteresis_pu === undefined ? {} : { hysteresis_pu: each.hysteresis_pu }),
      };
    case 'volt-watt':
      return { kind: each.kind, of: each.of, x: each.curve.x, y: each.curve.y };
    case 'watt-var':
    case 'watt-pf':
      return { kind: each.kind, x: each.curve.x, y: each.curve.y };
    case 'fixed-pf':
      return { kind: each.kind, power_factor_frac: each.powerFactor_frac };
    case 'fixed-var':
      return { kind: each.kind, q_frac: each.q_frac };
    case 'voltage-regulation':
      return { kind: each.kind, v_set_pu: each.v_set_pu, deadband_pu: each.deadband_pu };
    case 'dynamic-reactive-current':
      return {
        kind: each.kind,
        gain_low_pu: each.gainLow_pu,
        gain_high_pu: each.gainHigh_pu,
        v_low_pu: each.v_low_pu,
        v_high_pu: each.v_high_pu,
        window_s: each.window_s,
      };
  }
}
