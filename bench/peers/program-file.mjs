// A Program on disk for the peers: NAME.json says where each array stands in NAME.bin, so that both sides read it at once
// and a peer's memory is not that of a parser.
import { readFileSync, writeFileSync } from 'node:fs';

const missing = 1e300;

/** Writes `name`.json and `name`.bin; missing bounds are ±1e300. Returns the path of the header. */
export function writeProgram(name, program, settings) {
  const parts = [];
  let bytes = 0;
  const put = (values) => {
    const floats = Float64Array.from(values, (v) => (Number.isFinite(v) ? v : Math.sign(v) * missing));
    parts.push(Buffer.from(floats.buffer));
    const at = { start: bytes / 8, length: floats.length };
    bytes += floats.byteLength;
    return at;
  };
  const matrix = (m) =>
    m && {
      rows: m.rows_count,
      cols: m.cols_count,
      col_start: put(m.colStart),
      row_index: put(m.rowIndex),
      values: put(m.values),
    };
  const header = {
    ...settings,
    offset: program.offset,
    cost: put(program.cost),
    P: matrix(program.quadratic) ?? null,
    A: matrix(program.rows),
    lower: put(program.lower),
    upper: put(program.upper),
    row_lower: put(program.rowLower),
    row_upper: put(program.rowUpper),
    cones: {
      sizes: put((program.cones ?? []).map(({ rows }) => rows.length)),
      rows: put((program.cones ?? []).flatMap(({ rows }) => [...rows])),
    },
  };
  writeFileSync(`${name}.bin`, Buffer.concat(parts));
  writeFileSync(`${name}.json`, JSON.stringify(header));
  return `${name}.json`;
}

const columns = (m) =>
  m && { rows: m.rows_count, cols: m.cols_count, col_start: [...m.colStart], row_index: [...m.rowIndex], values: [...m.values] };
const finite = (values) => Array.from(values, (v) => (Number.isFinite(v) ? v : null));

/** A program as one document, the form that qp.py reads. Returns its path. */
export function writeQuadraticProgram(file, program, settings) {
  const data = {
    ...settings,
    cost: [...program.cost],
    offset: program.offset,
    P: columns(program.quadratic) ?? null,
    A: columns(program.rows),
    lower: finite(program.lower),
    upper: finite(program.upper),
    row_lower: finite(program.rowLower),
    row_upper: finite(program.rowUpper),
  };
  writeFileSync(file, JSON.stringify(data));
  return file;
}

/** The same program back, with numbers for names. */
export function readProgram(file) {
  const header = JSON.parse(readFileSync(file, 'utf8'));
  const bin = readFileSync(file.replace(/json$/, 'bin'));
  const all = new Float64Array(bin.buffer, bin.byteOffset, bin.byteLength / 8);
  const read = ({ start, length }) => all.slice(start, start + length).map((v) => (Math.abs(v) >= missing ? v * Infinity : v));
  const matrix = (m) => ({
    rows_count: m.rows,
    cols_count: m.cols,
    colStart: Int32Array.from(read(m.col_start)),
    rowIndex: Int32Array.from(read(m.row_index)),
    values: read(m.values),
  });
  const rows = Int32Array.from(read(header.cones.rows));
  let first = 0;
  const cones = Array.from(read(header.cones.sizes), (size) => {
    first += size;
    return { kind: 'second-order', rows: rows.slice(first - size, first) };
  });
  return {
    header,
    program: {
      cost: read(header.cost),
      offset: header.offset,
      quadratic: header.P ? matrix(header.P) : undefined,
      lower: read(header.lower),
      upper: read(header.upper),
      rows: matrix(header.A),
      rowLower: read(header.row_lower),
      rowUpper: read(header.row_upper),
      cones: cones.length > 0 ? cones : undefined,
      columnName: String,
      rowName: String,
    },
  };
}
