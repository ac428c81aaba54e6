/**
 * UTF-8, strictly: what is not well-formed is refused in both directions, so that a text survives the way there and back.
 * Written out because core knows no `TextEncoder`; ids and field names are short, which is what this is fast for.
 */

/** Writes a text from `at` on, where at most 3 bytes per code unit are needed. @returns the place after it, −1 for half a surrogate pair */
export function writeUtf8(text: string, bytes: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6);
      bytes[at++] = 0x80 | (code & 0x3f);
      continue;
    }
    if (code < 0xd800 || code > 0xdfff) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at++] = 0x80 | (code & 0x3f);
      continue;
    }
    code = text.codePointAt(i++)!;
    if (code < 0x10000) return -1;
    bytes[at++] = 0xf0 | (code >> 18);
    bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
    bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
    bytes[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

/** Reads the text between two places; undefined where it is not well-formed, overlong forms and surrogates included. */
export function readUtf8(bytes: Uint8Array, at: number, end: number): string | undefined {
  const codes: number[] = [];
  const pieces: string[] = [];
  while (at < end) {
    const first = bytes[at];
    const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > end) return undefined;
    let code = length === 1 ? first : first & (0x7f >> length);
    for (let k = 1; k < length; k++) {
      const next = bytes[at + k];
      if ((next & 0xc0) !== 0x80) return undefined;
      code = (code << 6) | (next & 0x3f);
    }
    if ((length === 3 && code < 0x800) || (length === 4 && (code < 0x10000 || code > 0x10ffff))) return undefined;
    if (code >= 0xd800 && code <= 0xdfff) return undefined;
    codes.push(code);
    at += length;
    if (codes.length === 4096) pieces.push(String.fromCodePoint(...codes.splice(0)));
  }
  pieces.push(String.fromCodePoint(...codes));
  return pieces.join('');
}

/**
 * Remembers short texts by their bytes: ids, kinds and field names come again with every message, and a text that is known
 * need not be made anew. One place per hash, so memory is bounded whatever arrives. Only ASCII is recognised again.
 */
export class KnownTexts {
  private readonly places: string[] = new Array(8192).fill('');

  read(bytes: Uint8Array, at: number, end: number): string | undefined {
    let hash = 0x811c9dc5;
    for (let i = at; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
    const place = (hash ^ (hash >>> 15)) & 8191;
    const known = this.places[place];
    if (isSpelled(known, bytes, at, end)) return known;
    const text = readUtf8(bytes, at, end);
    if (text !== undefined) this.places[place] = text;
    return text;
  }
}

/** Whether these bytes, all below 128, are the codes of the text. */
function isSpelled(text: string, bytes: Uint8Array, at: number, end: number): boolean {
  const { length } = text;
  if (length !== end - at) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code !== bytes[at + i] || code >= 0x80) return false;
  }
  return true;
}
