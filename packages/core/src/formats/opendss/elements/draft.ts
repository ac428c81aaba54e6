import type { CapacitorControl, InverterControl, RegulatorControl } from '../../../network/feeder/controls.ts';
import type {
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
} from '../../../network/feeder/feeder.ts';
import { type DssObject, lastOf, nameOf, type Script } from '../script/objects.ts';
import { type Place, whereOf } from '../script/place.ts';
import { flagOf, wordOf } from '../script/values.ts';
import { type BusName, busNameOf, conductorsOf } from './bus-name.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type BusDraft = Mutable<FeederBus>;

/** The feeder while it is put together: elements in the order of the script, buses in the order in which elements name them. */
export class FeederDraft {
  readonly script: Script;
  readonly frequency_Hz: number;
  readonly buses: BusDraft[] = [];
  readonly sources: VoltageSource[] = [];
  readonly lines: Line[] = [];
  readonly switches: Switch[] = [];
  readonly transformers: Transformer[] = [];
  readonly shunts: PhaseShunt[] = [];
  readonly loads: Load[] = [];
  readonly generators: PhaseGenerator[] = [];
  readonly inverters: Inverter[] = [];
  readonly regulators: RegulatorControl[] = [];
  readonly capacitorControls: CapacitorControl[] = [];
  readonly inverterControls: InverterControl[] = [];
  readonly profiles: Profile[] = [];
  /** Where each element was made, by its id. */
  readonly places = new Map<string, Place>();
  /** Phase-to-earth voltage for which each source is made, by its id. */
  readonly nominal_kV = new Map<string, number>();
  /** Conductors that `Open` cut off alone: where the wire ends instead of its own conductor. */
  readonly cuts: { readonly id: string; readonly at: Place; readonly bus: number; readonly conductor: number; readonly end: number }[] = [];
  private readonly indexOfBus = new Map<string, number>();

  constructor(script: Script, frequency_Hz: number) {
    this.script = script;
    this.frequency_Hz = frequency_Hz;
  }

  /** Index of the bus, which is made when it is new. */
  bus(name: string): number {
    const known = this.indexOfBus.get(name);
    if (known !== undefined) return known;
    const index = this.buses.length;
    this.indexOfBus.set(name, index);
    this.buses.push({ id: name, v_base_kV: 0, ...this.script.circuit.positions.get(name) });
    return index;
  }

  busIndexOf(name: string): number | undefined {
    return this.indexOfBus.get(name);
  }

  terminal(name: BusName, usual: readonly number[]): Terminal {
    return { bus: this.bus(name.bus), conductors: conductorsOf(name, usual) };
  }

  /** The bus that a property names; an element without it stands alone at a bus of its own name, as in OpenDSS. */
  busNameOf(object: DssObject, property: string): BusName {
    const assignment = lastOf(object, property);
    if (assignment !== undefined) return busNameOf(wordOf(assignment), assignment.at);
    const bus = `${object.name}_${property === 'bus2' ? 2 : 1}`.replaceAll('.', '_');
    this.warn(object, `has no ${property}; it ends at a bus of its own, "${bus}"`);
    return { bus, nodes: [] };
  }

  made(object: DssObject): string {
    const id = nameOf(object);
    this.places.set(id, object.at);
    return id;
  }

  drop(object: DssObject, reason: string, at: Place = object.at): void {
    this.script.dropped.push({ element: nameOf(object), at, reason });
  }

  warn(object: DssObject, text: string): void {
    this.script.warnings.push(`${nameOf(object)}: ${text} (${whereOf(object.at)})`);
  }
}

/** `enabled=`, yes when absent. */
export function isEnabled(object: DssObject): boolean {
  const assignment = lastOf(object, 'enabled');
  return assignment === undefined || flagOf(assignment);
}
