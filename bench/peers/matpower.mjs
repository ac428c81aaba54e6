// MATPOWER on Octave, when MATPOWER_PATH names a copy of it (its folder with lib/, mips/ …) and `octave` is installed.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const radialCases = new Set(['case33bw', 'case141', 'case533mt_hi']);
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

const paths = (home) => `
for part = {'lib', 'mips/lib', 'mp-opt-model/lib', 'mptest/lib', 'most/lib'}
  if exist(fullfile(${quoted(home)}, part{1}), 'dir'), addpath(fullfile(${quoted(home)}, part{1})); end
end
`;

/** One process for all cases: each solved once to warm up, then the least of ten runs. */
const program = (home, folder, names) => `${paths(home)}
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

/** AC optimal power flow by MIPS; CPU time. The kernel keeps the largest memory of the process. */
const opfProgram = (home, file, repeats) => `${paths(home)}
mpc = loadcase(${quoted(file)});
o = mpoption('verbose', 0, 'out.all', 0, 'opf.ac.solver', 'MIPS', 'exp.use_legacy_core', 1); % the faster of its two cores
least = inf;
for n = 1:${repeats}, t = cputime; r = runopf(mpc, o); least = min(least, cputime - t); end
rss = regexp(fileread('/proc/self/status'), 'VmHWM:\\s*(\\d+)', 'tokens'){1}{1};
printf('{"version":"MATPOWER %s MIPS on Octave %s","converged":%d,"iterations":%d,"objective":%.12g,"runopf_ms":%.6g,"rss_MB":%.6g}\\n', ...
  mpver, OCTAVE_VERSION, r.success, r.raw.output.iterations, r.f, least * 1e3, str2double(rss) / 1024);`;

/** What Octave prints as JSON lines, or nothing where Octave or MATPOWER are not at hand. */
function runOctave(programOf) {
  const home = process.env.MATPOWER_PATH;
  if (!home) return undefined;
  if (!existsSync(join(home, 'lib', 'runpf.m'))) {
    process.stderr.write(`MATPOWER_PATH=${home} has no lib/runpf.m\n`);
    return undefined;
  }
  try {
    const text = execFileSync('octave', ['--norc', '--no-gui', '--eval', programOf(home)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
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

/** Rows of the cases, or nothing where Octave, MATPOWER or the cases are not at hand. */
export function askMatpower(folder, names) {
  return existsSync(folder) ? runOctave((home) => program(home, folder, names)) : undefined;
}

/** One case file solved `repeats` times by MIPS, or nothing. */
export function askMatpowerOpf(file, repeats) {
  return runOctave((home) => opfProgram(home, file, repeats))?.[0];
}
