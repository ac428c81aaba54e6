/** What the interpreter does on a command. */
export type CommandKind =
  /** Carried out. */
  | 'run'
  /** Shows, saves or measures; the circuit stays as it is. Listed once. */
  | 'shown'
  /** Changes how a solution or the program behaves, not the circuit. */
  | 'quiet'
  /** Changes the circuit in a way that is not carried out. Listed each time. */
  | 'changes';

/**
 * The commands, in the order in which an abbreviation looks for them.
 * @source OpenDSS documentation, "DSS Executive commands" (dss-extensions.org/dss-format/DSS-Commands.html)
 */
const names: Readonly<Record<CommandKind, string>> = {
  run: 'new edit more m ~ select set enable disable open close compile redirect clear clearall buscoords latlongcoords batchedit var setbusxy setkvbase solve calcvoltagebases cd',
  shown:
    'show plot export help dump save summary visualize fileedit formedit sample reset get ? voltages currents powers seqvoltages seqcurrents seqpowers losses phaselosses cktlosses totals totalpowers capacity classes userclasses zsc zsc10 zsc012 zscrefresh ysc puvoltages varvalues varnames vdiff di_plot comparecases yearlycurves doscmd uuids variable nodelist nodediff pstcalc relcalc addbusmarker clearbusmarkers exportoverloads exportvviolations calcincmatrix calcincmatrix_o calclaplacian aggregateprofiles allpceatbus allpdeatbus comhelp about panel',
  quiet:
    'init buildy makebuslist interpolate closedi alignfile top rotate next quit _initsnap _solvenocontrol _samplecontrols _docontrolactions _showcontrolqueue _solvedirect _solvepflow cleanup finishtimestep updatestorage obfuscate newactor wait solveall abort connect disconnect',
  changes:
    'allocateloads estimate reduce makeposseq remove rephase reconductor distribute tear_circuit setloadandgenkv cvrtloadshapes refine_buslevels',
};

const kinds = new Map<string, CommandKind>(
  Object.entries(names).flatMap(([kind, text]) => text.split(' ').map((name) => [name, kind as CommandKind] as const)),
);

export const commandNames = (): IterableIterator<string> => kinds.keys();

/** The command that a word names, whole or by its beginning. */
export function commandOf(word: string): { readonly name: string; readonly kind: CommandKind } | undefined {
  const lower = word.toLowerCase();
  const exact = kinds.get(lower);
  if (exact !== undefined) return { name: lower, kind: exact };
  if (lower === '') return undefined;
  for (const [name, kind] of kinds) if (name.startsWith(lower)) return { name, kind };
  return undefined;
}

/** Options that mean something here; the others are about the program. */
const options =
  'defaultbasefrequency frequency voltagebases mode number stepsize loadmult genmult controlmode earthmodel tolerance maxiterations maxcontroliter year loadmodel algorithm allocationfactors cktmodel %growth hour ldcurve'.split(
    ' ',
  );
const optionAliases: Readonly<Record<string, string>> = {
  basefrequency: 'defaultbasefrequency',
  defaultbasefreq: 'defaultbasefrequency',
  basefreq: 'defaultbasefrequency',
  time: 'hour',
  h: 'stepsize',
};

export function optionOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (Object.hasOwn(optionAliases, lower)) return optionAliases[lower];
  if (lower === '') return undefined;
  return options.find((name) => name === lower) ?? options.find((name) => lower.length >= 3 && name.startsWith(lower));
}
