/** Rows of a wide CSV of voltages as bytes: a year has tens of millions of cells, too many to make a text of each. */
export class VoltageRows {
  private bytes = new Uint8Array(1 << 16);
  private length = 0;

  /** Begins a row with its first cell. */
  begin(text: string): void {
    this.reserve(3 * text.length + 1);
    this.length += new TextEncoder().encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** A number from 0 to 999 with six decimals; an empty cell for anything else. */
  cell(value: number): void {
    this.reserve(12);
    const { bytes } = this;
    bytes[this.length++] = comma;
    if (!(value >= 0 && value < 999)) return;
    const millionths = Math.round(value * 1e6);
    const whole = Math.floor(millionths / 1e6);
    if (whole >= 100) bytes[this.length++] = zero + Math.floor(whole / 100);
    if (whole >= 10) bytes[this.length++] = zero + (Math.floor(whole / 10) % 10);
    bytes[this.length++] = zero + (whole % 10);
    bytes[this.length++] = point;
    let rest = millionths - whole * 1e6;
    for (let k = 5; k >= 0; k--) {
      const next = Math.floor(rest / 10);
      bytes[this.length + k] = zero + rest - 10 * next;
      rest = next;
    }
    this.length += 6;
  }

  end(): void {
    this.reserve(1);
    this.bytes[this.length++] = lineEnd;
  }

  /** All rows so far, in memory of their own; the next row begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(2 * this.bytes.length + count);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

const zero = 48;
const comma = 44;
const point = 46;
const lineEnd = 10;
