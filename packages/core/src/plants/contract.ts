import type { z } from 'zod';
import type { RandomStream } from '../base/random.ts';
import type { Plant } from '../simulation/plant.ts';
import type { Process } from '../simulation/run.ts';

/**
 * A kind of plant: what a study of kind `simulate` may have under `plant`. Members: one folder each; every kind passes `conformance.ts`. The equations are a
 * `Plant` of simulation/plant.ts; a kind adds how a document describes one, and what is worth looking at.
 */
export interface PlantKind<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** Keys of the document beside `kind`; units in names, limits, defaults. Use `z.strictObject`. */
  readonly schema: S;
  /** A small, sensible plant as a document states it. */
  readonly example: z.input<S>;
  /**
   * Makes one. Called anew for every run and every analysis: plants remember what was changed.
   * @throws {InputError} with a place inside of the plant: `inverters[2].bus`
   */
  build(values: z.output<S>, context: PlantContext): PlantModel;
}

export interface PlantContext {
  /** For weather, noise and what else is drawn; the same for every `build` of one study. */
  readonly stream: RandomStream;
}

/** A plant, and what to look at. */
export interface PlantModel {
  readonly plant: Plant;
  /** What agents may command and measure; `all` in a document means these, in this order. */
  readonly devices: readonly PlantDevice[];
  /** What an oscilloscope shows, in the order of importance. */
  readonly quantities: readonly Quantity[];
  /** Moves inputs by itself: a replayed series, weather. Each call gives new ones that begin at 0 s. */
  processes?(): readonly Process[];
  /** What may mislead in this model, in sentences; looked at once, before the run. */
  cautions?(): readonly string[];
}

/**
 * Something that an agent may sit at: `<id>.` begins the names of its inputs and outputs.
 * A parameter of a controller that a document leaves out is looked for among `values`, by its name: droops, ratings, set-points.
 */
export interface PlantDevice {
  readonly id: string;
  readonly values: Readonly<Record<string, number>>;
}

/** A quantity that several parts of a plant have: one picture, one line per part. */
export interface Quantity {
  /** Kebab-case, for keys of results: `frequency`. */
  readonly name: string;
  readonly title: string;
  /** As it is shown: `Hz`. */
  readonly unit: string;
  readonly lines: readonly QuantityLine[];
  /** What it is to come to and how near counts as there, both in its unit: settling, extremes and rates of change are measured against it. */
  readonly target?: { readonly value: number; readonly band: number } | undefined;
  /** Its lines should be equal: their spread is measured. */
  readonly isShared?: boolean | undefined;
}

export interface QuantityLine {
  /** Whose: a device, a bus, an area. */
  readonly of: string;
  /** An output of the plant, times `scale` (default 1). */
  readonly output: string;
  readonly scale?: number | undefined;
}

/** Declares a kind with the types of its schema. */
export const definePlant = <S extends z.ZodObject>(kind: PlantKind<S>): PlantKind<S> => Object.freeze(kind);
