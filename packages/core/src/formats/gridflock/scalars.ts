/** A number as YAML has it, every digit kept. */
export function plainNumber(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Plain where YAML cannot take it for anything but a text. In a cell whole numbers may stay: ids are read back as text. */
export function plainText(value: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(y|n|yes|no|true|false|on|off|null|nan|inf)$/i.test(value);
  return plain ? value : JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffd]/g, escaped);
}

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
