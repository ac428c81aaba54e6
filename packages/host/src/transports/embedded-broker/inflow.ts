import type { Socket } from 'node:net';
import { packetHead_max_bytes, payloadSize_max_bytes } from '../payload-limit.ts';
import { PacketGauge } from './packet-gauge.ts';

const look_ms = 2;

/**
 * What flows into the broker. aedes takes bytes from its sockets by `read`, and would take all there are: packets of any
 * size that is announced, up to 256 MiB, and messages that wait for a slow listener without end. So `read` gives nothing of a packet
 * that is too large, cutting its sender off, and nothing at all while much waits: then the kernel makes the senders wait.
 */
export class Inflow {
  private readonly waiting_count: () => number;
  private readonly most_bytes: number;
  private readonly held = new Set<Socket>();
  private taken_bytes = 0;
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param waiting_count - messages that the broker has taken and not begun to deliver
   * @param most_bytes - what is taken at most while there are any
   */
  constructor(waiting_count: () => number, most_bytes: number) {
    this.waiting_count = waiting_count;
    this.most_bytes = most_bytes;
  }

  /** Governs what is read from a socket from now on. */
  govern(socket: Socket): void {
    const gauge = new PacketGauge(payloadSize_max_bytes + packetHead_max_bytes);
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      if (this.isFull) {
        this.hold(socket);
        return null;
      }
      const bytes: Buffer | null = read(size);
      if (bytes === null) return null;
      this.taken_bytes += bytes.length;
      if (gauge.passes(bytes)) return bytes;
      socket.destroy();
      return null;
    };
    socket.on('close', () => this.held.delete(socket));
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private get isFull(): boolean {
    if (this.waiting_count() === 0) this.taken_bytes = 0;
    return this.taken_bytes > this.most_bytes;
  }

  private hold(socket: Socket): void {
    this.held.add(socket);
    this.timer ??= setInterval(() => this.look(), look_ms);
  }

  /** The broker does not tell when it has delivered everything. */
  private look(): void {
    if (this.isFull) return;
    clearInterval(this.timer);
    this.timer = undefined;
    const held = [...this.held];
    this.held.clear();
    for (const socket of held) socket.emit('readable');
  }
}
