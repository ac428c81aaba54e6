/**
 * Reads nothing of MQTT but where packets end: a byte, the length of the rest in one to four bytes of seven bits each (lowest first,
 * the eighth says that another follows), the rest. So a packet that is too large is found when it is announced, before anybody
 * has gathered it in memory.
 */
export class PacketGauge {
  private readonly most_bytes: number;
  private left_bytes = 0;
  private length_bytes = 0;
  /** Bits of the length that are known; −1 before the first byte of a packet. */
  private shift = -1;

  constructor(most_bytes: number) {
    this.most_bytes = most_bytes;
  }

  /** Looks at the next bytes of a connection. @returns whether all packets that begin in them are small enough */
  passes(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.left_bytes > 0) {
        const passed_bytes = Math.min(this.left_bytes, bytes.length - at);
        this.left_bytes -= passed_bytes;
        at += passed_bytes;
      } else if (this.shift < 0) {
        at++;
        this.shift = 0;
        this.length_bytes = 0;
      } else {
        const byte = bytes[at++]!;
        this.length_bytes |= (byte & 0x7f) << this.shift;
        this.shift += 7;
        if (this.length_bytes > this.most_bytes || (byte >= 0x80 && this.shift > 21)) return false;
        if (byte < 0x80) {
          this.left_bytes = this.length_bytes;
          this.shift = -1;
        }
      }
    }
    return true;
  }
}
