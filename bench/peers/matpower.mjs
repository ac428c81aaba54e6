// MATPOWER on Octave, when MATPOWER_PATH names a copy of it (its folder with lib/, mips/ …) and `octave` is installed.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const radialCases = new Set(['case33bw', 'case141', 'case533mt_hi']);
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

/** One process for all cases: each solved once to warm up, then the least of ten runs. */
const program = (home, folder, names) => `
for part = {'lib', 'mips/lib', 'mp-opt-model/lib', 'mptest/lib', 'most/lib'}
  if exist(fullfile(${quoted(home)}, part{1}), 'dir'), addpath(fullfile(${quoted(home)}, part{1})); end
end
names = {${names.map(quoted).join(', ')}};
radial = [${names.map((name) => Number(radialCases.has(name))).join(' ')}];
for k = 1:numel(names)
  mpc = loadcase(fullfile(${quoted(folder)}, names{k}));
  algorithms = {'NR'};
  if radial(k), algorithms = {'NR', 'PQSUM'}; end
  for algorithm = algorithms
    o = mpoption('verbose', 0, 'out.all', 0, 'pf.tol', 1e-8, 'pf.alg', algorithm{1}, 'exp.use_legacy_core', 1); % the faster of its two cores
    r = runpf(mpc, o); whole = inf; inner = 0;
    for n = 1:10, t = tic; r = runpf(mpc, o); whole = min(whole, toc(t)); end
    if strcmp(algorithm{1}, 'NR')
      c = ext2int(mpc); [ref, pv, pq] = bustypes(c.bus, c.gen);
      Ybus = makeYbus(c.baseMVA, c.bus, c.branch);
      V0 = c.bus(:, 8) .* exp(1j * pi / 180 * c.bus(:, 9));
      on = find(c.gen(:, 8) > 0); gb = c.gen(on, 1); held = ismember(gb, [ref; pv]);
      V0(gb(held)) = c.gen(on(held), 6) ./ abs(V0(gb(held))) .* V0(gb(held));
      S = @(Vm) makeSbus(c.baseMVA, c.bus, c.gen, o, Vm);
      inner = inf;
      for n = 1:10, t = tic; [V, ok] = newtonpf(Ybus, S, V0, ref, pv, pq, o); inner = min(inner, toc(t)); end
    end
    v = sprintf('%.12g,', r.bus(:, 8));
    printf('{"name":"%s","radial":%d,"version":"MATPOWER %s on Octave %s","algorithm":"%s","converged":%d,"iterations":%d,"runpf_ms":%.6g,"inner_ms":%.6g,"v_pu":[%s]}\\n', ...
      names{k}, radial(k), mpver, OCTAVE_VERSION, algorithm{1}, r.success, r.iterations, whole * 1e3, inner * 1e3, v(1:end - 1));
  end
end`;

/** Rows of the cases, or nothing where Octave, MATPOWER or the cases are not at hand. */
export function askMatpower(folder, names) {
  const home = process.env.MATPOWER_PATH;
  if (!home || !existsSync(folder)) return undefined;
  if (!existsSync(join(home, 'lib', 'runpf.m'))) {
    process.stderr.write(`MATPOWER_PATH=${home} has no lib/runpf.m\n`);
    return undefined;
  }
  try {
    const text = execFileSync('octave', ['--norc', '--no-gui', '--eval', program(home, folder, names)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  } catch (error) {
    process.stderr.write(`octave failed: ${error.stderr || error.message}\n`);
    return undefined;
  }
}
