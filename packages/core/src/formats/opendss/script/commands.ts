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
  run: 'new edit more m ~ select set enable disable open close compile redirect clear clearall buscoords latlongcoords batchedit var setbusxy setkvbase solve calcvoltagebases',
  shown:
    'show plot export help dump save summary visualize fileedit formedit sample reset get ? voltages currents powers seqvoltages seqcurrents seqpowers losses phaselosses cktlosses totals totalpowers capacity classes userclasses zsc zsc10 zsc012 zscrefresh ysc puvoltages varvalues varnames vdiff di_plot comparecases yearlycurves doscmd uuids variable nodelist nodediff pstcalc relcalc addbusmarker clearbusmarkers exportoverloads exportvviolations calcincmatrix calcincmatrix_o calclaplacian aggregateprofiles allpceatbus allpdeatbus comhelp about panel',
  quiet:
    'init buildy makebuslist interpolate closedi alignfile top rotate next quit _initsnap _solvenocontrol _samplecontrols _docontrolactions _showcontrolqueue _solvedirect _solvepflow cleanup finishtimestep updatestorage obfuscate newactor wait solveall abort connect disconnect',
  changes:
    'allocateloads estimate reduce makeposseq remove rephase reconductor distribute tear_circuit setloadandgenkv cvrtloadshapes refine_buslevels cd',
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

/** Options of the program: what it draws, logs, reports or how it shares work. */
const programOptions = new Set(
  'type hour sec time random circuit editor tolerance maxiterations miniterations uniform genkw genpf capkvar addtype zonelock ueweight lossweight ueregs lossregs trapezoidal autobuslist tracecontrol harmonics terminal bus keeplist reduceoption demandinterval diverbose casename markercode nodewidth log recorder overloadreport voltexceptionreport showexport numallociterations markswitches switchmarkercode daisysize marktransformers transmarkercode transmarkersize loadshapeclass querylog markcapacitors markregulators markpvsystems markstorage capmarkercode regmarkercode pvmarkercode storemarkercode capmarkersize regmarkersize pvmarkersize storemarkersize markfuses fusemarkercode fusemarkersize markreclosers reclosermarkercode reclosermarkersize registryupdate markrelays relaymarkercode relaymarkersize processtime totaltime steptime sampleenergymeters dssvisualizationtool keepload zmag seasonrating seasonsignal linetypes eventlogdefault showreports numcpus numcores numactors activeactor cpu actorprogress parallel concatenatereports numanodes normvminpu normvmaxpu emergvminpu emergvmaxpu %normal %mean %stddev pricesignal pricecurve allocationfactors'.split(
    ' ',
  ),
);

/** Options that would change what is read, and why they are not carried out. */
const notCarriedOut: Readonly<Record<string, string>> = {
  element: 'an element is chosen by Select or Edit here; lines that go on with it may meet another',
  object: 'an element is chosen by Select or Edit here; lines that go on with it may meet another',
  class: 'an element is chosen by Select or Edit here',
  allowduplicates: 'elements of the same name stay one element',
  datapath: 'files are looked for beside the script that names them',
  defaultdaily: 'elements without a daily shape stay at their base value',
  defaultyearly: 'elements without a yearly shape stay at their base value',
  cfactors: 'loads keep the factors that they state',
  neglectloady: 'loads stand as they are',
  longlinecorrection: 'lines stand as their π',
};

/** What becomes of an option that `optionOf` does not name: `about the program`, or why it is not carried out; undefined: there is no such option. */
export function passedOptionOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  const reason = Object.entries(notCarriedOut).find(([name]) => name === lower || (lower.length >= 4 && name.startsWith(lower)))?.[1];
  if (reason !== undefined) return reason;
  return programOptions.has(lower) || (lower.length >= 3 && [...programOptions].some((name) => name.startsWith(lower)))
    ? 'about the program'
    : undefined;
}

export const optionNames: readonly string[] = [...options];

export function optionOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (Object.hasOwn(optionAliases, lower)) return optionAliases[lower];
  if (lower === '') return undefined;
  return options.find((name) => name === lower) ?? options.find((name) => lower.length >= 3 && name.startsWith(lower));
}
