import type { BusIndex } from '../bus-index.ts';
import type { CapacitorControl, InverterControl, Monitored, MonitoredKind, RegulatorControl } from './controls.ts';
import type {
  Conductor,
  FeederBus,
  Inverter,
  Line,
  Load,
  PhaseGenerator,
  PhaseShunt,
  Profile,
  Switch,
  Terminal,
  Transformer,
  VoltageSource,
  Winding,
} from './feeder.ts';

/**
 * A feeder as a reader or a program lists it: buses by id or by their place in `buses`, nothing checked yet. A `Feeder` is one, too.
 * Lists that are left out are empty.
 */
export interface FeederParts {
  readonly name: string;
  readonly frequency_Hz: number;
  readonly buses: readonly FeederBus[];
  readonly sources?: readonly Placed<VoltageSource>[] | undefined;
  readonly lines?: readonly Placed<Line>[] | undefined;
  readonly switches?: readonly Placed<Switch>[] | undefined;
  readonly transformers?: readonly TransformerPart[] | undefined;
  readonly shunts?: readonly Placed<PhaseShunt>[] | undefined;
  readonly loads?: readonly Placed<Load>[] | undefined;
  readonly generators?: readonly Placed<PhaseGenerator>[] | undefined;
  readonly inverters?: readonly Placed<Inverter>[] | undefined;
  readonly regulators?: readonly RegulatorPart[] | undefined;
  readonly capacitorControls?: readonly CapacitorControlPart[] | undefined;
  readonly inverterControls?: readonly InverterControlPart[] | undefined;
  readonly profiles?: readonly Profile[] | undefined;
  readonly source?: string | undefined;
}

/** A bus by its id, or by its place in `buses`. */
export type BusName = string | BusIndex;

export interface TerminalPart {
  readonly bus: BusName;
  readonly conductors: readonly Conductor[];
}

/** The same element, its terminals at buses by name. */
export type Placed<T> = { readonly [K in keyof T]: T[K] extends Terminal ? TerminalPart : T[K] };

export type TransformerPart = Omit<Transformer, 'windings'> & { readonly windings: readonly Placed<Winding>[] };

export type RegulatorPart = Omit<RegulatorControl, 'remote'> & {
  readonly remote?: { readonly bus: BusName; readonly conductor: Conductor } | undefined;
};

/** The kind of what is looked at may be left out where one element alone has that id. */
export type CapacitorControlPart = Omit<CapacitorControl, 'monitored'> & {
  readonly monitored: Omit<Monitored, 'kind'> & { readonly kind?: MonitoredKind | undefined };
};

export type InverterControlPart = Omit<InverterControl, 'remoteBuses'> & { readonly remoteBuses?: readonly BusName[] | undefined };
