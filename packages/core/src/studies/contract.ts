import type { Role } from '../agents/role.ts';
import type { RunOptions } from '../agents/run.ts';
import type { Controller } from '../controllers/contract.ts';
import type { Preset } from '../controllers/preset.ts';
import type { DeviceKind } from '../devices/contract.ts';
import type { NetworkFormat } from '../formats/contract.ts';
import type { Formulation } from '../formulations/contract.ts';
import type { FrontMethod } from '../fronts/contract.ts';
import type { BuiltInNetwork } from '../networks/contract.ts';
import type { PlantKind } from '../plants/contract.ts';
import type { PowerFlowMethod } from '../powerflows/contract.ts';
import type { Crypto, Notary } from '../privacy/crypto.ts';
import type { ProgramFormat } from '../programs/contract.ts';
import type { Scheme } from '../schemes/contract.ts';
import type { Solver } from '../solvers/contract.ts';
import type { Strategy } from '../strategies/contract.ts';
import type { StudyResult } from '../wire/result.ts';
import type { CastGroup, SplitStudy } from './deployment.ts';

/**
 * A kind of study: a question with defaults. Members: dispatch, negotiate, regulate, simulate, volt-var. This is the only place where all nouns meet.
 */
export interface StudyKind<Result extends StudyResult = StudyResult> {
  readonly kind: string;
  readonly title: string;
  /** A commented study file to start from; with its defaults it is also the main job of `npm start`. */
  readonly template: string;
  /**
   * Reads the document, runs, and returns the result.
   * @param document - what a YAML or JSON reader made of the study file
   * @throws {InputError} STUDY_* with the path of the key; CombinationError; StoppedError
   */
  run(document: unknown, catalog: Catalog, services: StudyServices): Promise<Result>;
  /** Where its agents can run as processes of their own. */
  readonly deployment?: StudyDeployment | undefined;
}

/** How a study of a kind is taken apart for agents that run as processes of their own, and how such an agent is made. */
export interface StudyDeployment {
  /**
   * Splits a study into what each agent must know, and no more.
   * @throws {InputError} as `run` does; CombinationError where agents cannot carry the study out by themselves
   */
  split(document: unknown, catalog: Catalog, services: StudyServices): Promise<SplitStudy>;
  /**
   * Makes the agents of a file: of one process.
   * @param document - what a YAML or JSON reader made of the file
   * @throws {InputError} STUDY_* with the path of the key; {CombinationError} PRIVACY_NEEDS_CRYPTO
   */
  cast(document: unknown, catalog: Catalog, services?: Pick<StudyServices, 'crypto' | 'notary'>): Promise<CastGroup>;
  /**
   * Makes the result of the study of what all its processes know, where whoever has it may know all.
   * @param document - the study
   * @param results - what `CastGroup.results` gave, of all processes
   */
  report?(
    document: unknown,
    results: readonly Readonly<Record<string, unknown>>[],
    catalog: Catalog,
    services: StudyServices,
  ): Promise<StudyResult>;
}

/** What a study needs from the world. The host provides it; nothing else is touched. */
export interface StudyServices {
  /** Reads a text file named in the study, relative to the study file. */
  readText(path: string): Promise<string>;
  onProgress(progress: StudyProgress): void;
  /** Lets the host draw and look for Ctrl-C; throws StoppedError when the user wants out. */
  breathe(): Promise<void>;
  clock_s(): number;
  readonly version: string;
  /** Carries messages between roles, where the user wants another transport than the document's: threads, a broker. */
  readonly carry?: ((roles: readonly Role[], options: RunOptions) => Promise<void>) | undefined;
  /** Keys and chance that nobody can foresee, for studies that hide what agents say. */
  readonly crypto?: Crypto | undefined;
  /** Vouches for the keys behind which words are hidden, where agents are enrolled; left out, nets are trusted to hand them on. */
  readonly notary?: Notary | undefined;
  /** Overrides the seed of the document. */
  readonly seed?: number | undefined;
}

export interface StudyProgress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
  readonly text?: string | undefined;
}

/** Every member by family. A third party passes its own object and touches nothing. */
export interface Catalog {
  readonly networks: readonly BuiltInNetwork[];
  readonly devices: readonly DeviceKind[];
  readonly formulations: readonly Formulation[];
  // biome-ignore lint/suspicious/noExplicitAny: each scheme has options of its own; a study reads them against `defaults`
  readonly schemes: readonly Scheme<any>[];
  // biome-ignore lint/suspicious/noExplicitAny: each strategy has options of its own
  readonly strategies: readonly Strategy<any>[];
  readonly fronts: readonly FrontMethod[];
  // biome-ignore lint/suspicious/noExplicitAny: each controller has a table of parameters of its own
  readonly controllers: readonly Controller<any>[];
  // biome-ignore lint/suspicious/noExplicitAny: each kind of plant has a schema of its own
  readonly plants: readonly PlantKind<any>[];
  /** Study files that show controllers and plants at work. */
  readonly presets: readonly Preset[];
  readonly solvers: readonly Solver[];
  readonly powerflows: readonly PowerFlowMethod[];
  readonly formats: readonly NetworkFormat[];
  readonly programs: readonly ProgramFormat[];
  readonly studies: readonly StudyKind[];
}
