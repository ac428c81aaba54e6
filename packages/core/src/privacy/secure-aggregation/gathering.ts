import type { Crowd } from '../../agents/crowd.ts';
import type { Message } from '../../agents/role.ts';
import { packAll, unpackAll, unpackBytes } from '../packed-bytes.ts';
import { say } from '../veil.ts';
import type { NeighbourGraph } from './graph.ts';
import { sealed_max_count, textOfNames } from './messages.ts';

export interface GatheringSetup {
  readonly crowd: Crowd;
  readonly graph: NeighbourGraph;
  /** Names it: what was said for another is worth nothing here. */
  readonly number: number;
  readonly threshold_count: number;
  readonly numbers_count: number;
}

/** What is heard in each step; then all are gathered. */
const steps = ['mask-keys', 'mask-shares', 'mask-ready'] as const;

/**
 * The net's part in bringing a crowd together: it hands keys around, then sealed shares. A crowd is gathered whole or not at all, and who
 * starts again begins anew: nobody has said anything yet.
 */
export class Gathering {
  /** By place: digests of what the self-masks are made of. */
  readonly selfDigests: Uint8Array[] = [];
  private readonly setup: GatheringSetup;
  private readonly heard: Uint8Array;
  private readonly keys: { readonly agreeing: Uint8Array; readonly signature: Uint8Array }[] = [];
  private readonly sealed: Uint8Array[][] = [];
  private step = 0;

  constructor(setup: GatheringSetup) {
    this.setup = setup;
    this.heard = new Uint8Array(setup.crowd.members.length);
  }

  get isOver(): boolean {
    return this.step === steps.length;
  }

  awaits(place: number): boolean {
    return this.heard[place] === 0;
  }

  /** @returns why the message is of no use now */
  take(place: number, { kind, body }: Message): string | undefined {
    if (body['gathering'] !== this.setup.number) return 'another gathering';
    if (kind !== steps[this.step] || this.heard[place] === 1) return 'repeated';
    const fault = kind === 'mask-keys' ? this.takeKeys(place, body) : kind === 'mask-shares' ? this.takeShares(place, body) : undefined;
    if (fault === undefined) this.heard[place] = 1;
    return fault;
  }

  /** @returns whether a new step has begun, with new questions to all */
  goOn(): boolean {
    if (this.heard.includes(0)) return false;
    this.step++;
    if (!this.isOver) this.heard.fill(0);
    return true;
  }

  questionTo(place: number): Message {
    const { crowd, graph, number: gathering, threshold_count, numbers_count } = this.setup;
    const neighbours = graph.neighbours[place];
    if (this.step === 0) {
      return say('mask-gather', 0, { gathering, place, neighbours: Float64Array.from(neighbours), threshold_count, numbers_count });
    }
    if (this.step === 1) {
      return say('mask-neighbours', 0, {
        gathering,
        names: textOfNames(neighbours.map((other) => crowd.members[other])),
        agreeing: packAll(neighbours.map((other) => this.keys[other].agreeing)),
        signatures: packAll(neighbours.map((other) => this.keys[other].signature)),
      });
    }
    const sealed = neighbours.map((other) => this.sealed[other][graph.neighbours[other].indexOf(place)]);
    return say('mask-sealed', 0, { gathering, sealed: packAll(sealed), bytes_count: sealed[0].length });
  }

  private takeKeys(place: number, body: Message['body']): string | undefined {
    const agreeing = unpackBytes(body['agreeing'] as Float64Array, 32);
    const selfDigest = unpackBytes(body['selfDigest'] as Float64Array, 32);
    const signature = unpackBytes(body['signature'] as Float64Array, 64);
    if (!agreeing || !selfDigest || !signature) return 'out of range';
    this.keys[place] = { agreeing, signature };
    this.selfDigests[place] = selfDigest;
    return undefined;
  }

  private takeShares(place: number, body: Message['body']): string | undefined {
    const bytes_count = body['bytes_count'] as number;
    const count = this.setup.graph.neighbours[place].length;
    const sealed = bytes_count <= sealed_max_count ? unpackAll(body['sealed'] as Float64Array, count, bytes_count) : undefined;
    if (!sealed) return 'wrong length';
    this.sealed[place] = sealed;
    return undefined;
  }
}
