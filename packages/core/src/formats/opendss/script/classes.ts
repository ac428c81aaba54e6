/**
 * The classes of OpenDSS and their properties in the order of the class, which decides what a positional parameter means and which
 * property an abbreviation names.
 * @source OpenDSS documentation, "Properties" of each class (dss-extensions.org/dss-format); order as OpenDSS 9.7 lists it
 */
const columns: Readonly<Record<string, string>> = {
  vsource:
    'Bus1 BasekV pu Angle Frequency Phases MVASC3 MVASC1 X1R1 X0R0 Isc3 Isc1 R1 X1 R0 X0 ScanType Sequence Bus2 Z1 Z0 Z2 puZ1 puZ0 puZ2 BaseMVA Yearly Daily Duty Model puZIdeal Spectrum BaseFreq Enabled Like',
  line: 'Bus1 Bus2 LineCode Length Phases R1 X1 R0 X0 C1 C0 RMatrix XMatrix CMatrix Switch Rg Xg Rho Geometry Units Spacing Wires EarthModel CNCables TSCables B1 B0 Seasons Ratings LineType NormAmps EmergAmps FaultRate pctPerm Repair BaseFreq Enabled Like',
  linecode:
    'NPhases R1 X1 R0 X0 C1 C0 Units RMatrix XMatrix CMatrix BaseFreq NormAmps EmergAmps FaultRate PctPerm Repair Kron Rg Xg Rho Neutral B1 B0 Seasons Ratings LineType Like',
  linegeometry:
    'NConds NPhases Cond Wire X H Units NormAmps EmergAmps Reduce Spacing Wires CNCable TSCable CNCables TSCables Seasons Ratings LineType Like',
  linespacing: 'NConds NPhases X H Units Like',
  wiredata: 'RDC RAC RUnits GMRAC GMRUnits Radius RadUnits NormAmps EmergAmps Diam Seasons Ratings CapRadius Like',
  cndata:
    'k DiaStrand GMRStrand RStrand EpsR InsLayer DiaIns DiaCable RDC RAC RUnits GMRAC GMRUnits Radius RadUnits NormAmps EmergAmps Diam Seasons Ratings CapRadius Like',
  tsdata:
    'DiaShield TapeLayer TapeLap EpsR InsLayer DiaIns DiaCable RDC RAC RUnits GMRAC GMRUnits Radius RadUnits NormAmps EmergAmps Diam Seasons Ratings CapRadius Like',
  transformer:
    'Phases Windings Wdg Bus Conn kV kVA Tap %R RNeut XNeut Buses Conns kVs kVAs Taps XHL XHT XLT XSCArray Thermal n m FLRise HSRise %LoadLoss %NoLoadLoss NormHkVA EmergHkVA Sub MaxTap MinTap NumTaps SubName %IMag ppm_Antifloat %Rs Bank XfmrCode XRConst X12 X13 X23 LeadLag WdgCurrents Core RDCOhms Seasons Ratings NormAmps EmergAmps FaultRate pctPerm Repair BaseFreq Enabled Like',
  xfmrcode:
    'Phases Windings Wdg Conn kV kVA Tap %R RNeut XNeut Conns kVs kVAs Taps XHL XHT XLT XSCArray Thermal n m FLRise HSRise %LoadLoss %NoLoadLoss NormHkVA EmergHkVA MaxTap MinTap NumTaps %IMag ppm_Antifloat %Rs X12 X13 X23 RDCOhms Seasons Ratings Like',
  autotrans:
    'Phases Windings Wdg Bus Conn kV kVA Tap %R RDCOhms Core Buses Conns kVs kVAs Taps XHX XHT XXT XSCArray Thermal n m FLRise HSRise %LoadLoss %NoLoadLoss NormHkVA EmergHkVA Sub MaxTap MinTap NumTaps SubName %IMag ppm_Antifloat %Rs Bank XRConst LeadLag WdgCurrents NormAmps EmergAmps FaultRate pctPerm Repair BaseFreq Enabled Like',
  reactor:
    'Bus1 Bus2 Phases kvar kV Conn RMatrix XMatrix Parallel R X Rp Z1 Z2 Z0 Z RCurve LCurve LmH NormAmps EmergAmps FaultRate pctPerm Repair BaseFreq Enabled Like',
  capacitor:
    'Bus1 Bus2 Phases kvar kV Conn CMatrix Cuf R XL Harm NumSteps States NormAmps EmergAmps FaultRate pctPerm Repair BaseFreq Enabled Like',
  fault:
    'Bus1 Bus2 Phases R %StdDev GMatrix OnTime Temporary MinAmps NormAmps EmergAmps FaultRate pctPerm Repair BaseFreq Enabled Like',
  load: 'Phases Bus1 kV kW PF Model Yearly Daily Duty Growth Conn kvar RNeut XNeut Status Class VMinpu VMaxpu VMinNorm VMinEmerg XfkVA AllocationFactor kVA %Mean %StdDev CVRWatts CVRVars kWh kWhDays CFactor CVRCurve NumCust ZIPV %SeriesRL RelWeight VLowpu puXHarm XRHarm Spectrum BaseFreq Enabled Like',
  generator:
    'Phases Bus1 kV kW PF kvar Model VMinpu VMaxpu Yearly Daily Duty DispMode DispValue Conn Status Class Vpu Maxkvar Minkvar PVFactor ForceOn kVA MVA Xd Xdp Xdpp H D UserModel UserData ShaftModel ShaftData DutyStart DebugTrace Balanced XRdp UseFuel FuelkWh %Fuel %Reserve Refuel DynamicEq DynOut Spectrum BaseFreq Enabled Like',
  pvsystem:
    'Phases Bus1 kV Irradiance Pmpp %Pmpp Temperature PF Conn kvar kVA %CutIn %CutOut EffCurve P-TCurve %R %X Model VMinpu VMaxpu Balanced LimitCurrent Yearly Daily Duty TYearly TDaily TDuty Class UserModel UserData DebugTrace VarFollowInverter DutyStart WattPriority PFPriority %PMinNoVars %PMinkvarMax kvarMax kvarMaxAbs kVDC Kp PITol SafeVoltage SafeMode DynamicEq DynOut ControlMode AmpLimit AmpLimitGain Spectrum BaseFreq Enabled Like',
  storage:
    'Phases Bus1 kV Conn kW kvar PF kVA %CutIn %CutOut EffCurve VarFollowInverter kvarMax kvarMaxAbs WattPriority PFPriority %PMinNoVars %PMinkvarMax kWRated %kWRated kWhRated kWhStored %Stored %Reserve State %Discharge %Charge %EffCharge %EffDischarge %IdlingkW %Idlingkvar %R %X Model VMinpu VMaxpu Balanced LimitCurrent Yearly Daily Duty DispMode DischargeTrigger ChargeTrigger TimeChargeTrig Class DynaDLL DynaData UserModel UserData DebugTrace kVDC Kp PITol SafeVoltage SafeMode DynamicEq DynOut ControlMode AmpLimit AmpLimitGain Spectrum BaseFreq Enabled Like',
  invcontrol:
    'DERList Mode CombiMode VVC_Curve1 Hysteresis_Offset Voltage_CurveX_Ref AvgWindowLen VoltWatt_Curve DbVMin DbVMax ArGraLowV ArGraHiV DynReacAvgWindowLen DeltaQ_Factor VoltageChangeTolerance VarChangeTolerance VoltWattYAxis RateOfChangeMode LPFTau RiseFallLimit DeltaP_Factor EventLog RefReactivePower ActivePChangeTolerance MonVoltageCalc MonBus MonBusesVBase VoltWattCH_Curve WattPF_Curve WattVar_Curve VV_RefReactivePower PVSystemList VSetPoint ControlModel BaseFreq Enabled Like',
  expcontrol:
    'PVSystemList VReg Slope VRegTau QBias VRegMin VRegMax QMaxLead QMaxLag EventLog DeltaQ_Factor PreferQ TResponse DERList BaseFreq Enabled Like',
  regcontrol:
    'Transformer Winding VReg Band PTRatio CTPrim R X Bus Delay Reversible RevVReg RevBand RevR RevX TapDelay DebugTrace MaxTapChange InverseTime TapWinding VLimit PTPhase RevThreshold RevDelay RevNeutral EventLog RemotePTRatio TapNum Reset LDC_Z Rev_Z Cogen BaseFreq Enabled Like',
  capcontrol:
    'Element Terminal Capacitor Type PTRatio CTRatio OnSetting OffSetting Delay VoltOverride VMax VMin DelayOff DeadTime CTPhase PTPhase VBus EventLog UserModel UserData pctMinkvar Reset ControlSignal BaseFreq Enabled Like',
  swtcontrol: 'SwitchedObj SwitchedTerm Action Lock Delay Normal State Reset BaseFreq Enabled Like',
  loadshape:
    'NPts Interval Mult Hour Mean StdDev CSVFile SngFile DblFile Action QMult UseActual PMax QMax SInterval MInterval PBase QBase PMult PQCSVFile MemoryMapping Interpolation Like',
  xycurve: 'NPts Points YArray XArray CSVFile SngFile DblFile X Y XShift YShift XScale YScale Like',
  tshape: 'NPts Interval Temp Hour Mean StdDev CSVFile SngFile DblFile SInterval MInterval Action Like',
};

/** Classes that exist and are not carried over, with the reason. Their properties are not looked at. */
export const otherClasses: Readonly<Record<string, string>> = {
  fuse: 'protection is not modelled; the element that it switches stays closed',
  recloser: 'protection is not modelled; the element that it switches stays closed',
  relay: 'protection is not modelled; the element that it switches stays closed',
  storagecontroller: 'fleets of storage are dispatched by a study, not by the feeder; each storage keeps its own state',
  gendispatcher: 'generators are dispatched by a study, not by the feeder',
  espvlcontrol: 'generators are dispatched by a study, not by the feeder',
  isource: 'current sources are not modelled',
  gicsource: 'geomagnetic currents are not modelled',
  gicline: 'geomagnetic currents are not modelled',
  gictransformer: 'geomagnetic currents are not modelled',
  upfc: 'unified power flow controllers are not modelled',
  upfccontrol: 'unified power flow controllers are not modelled',
  vsconverter: 'voltage-source converters are not modelled',
  vccs: 'voltage-controlled current sources are not modelled',
  indmach012: 'induction machines are not modelled by their slip',
  windgen: 'the law of a wind generator is not part of a feeder',
  generic5: 'generic machines are not modelled',
  dynamicexp: 'dynamics are not modelled',
  priceshape: 'prices belong to a study, not to a feeder',
  sensor: 'measurements are not part of a feeder',
  monitor: 'monitors only record',
  energymeter: 'meters only record',
  growthshape: 'growth over years is not modelled; loads stand as in the first year',
  fmonitor: 'monitors only record',
};

/** Classes without meaning for a power flow at the fundamental: read over without a word. */
export const silentClasses: ReadonlySet<string> = new Set(['spectrum', 'tcc_curve']);

export interface ClassTable {
  readonly name: string;
  /** In lower case, in the order of the class. */
  readonly properties: readonly string[];
}

const tables = new Map<string, ClassTable>(
  Object.entries(columns).map(([name, text]) => [name, { name, properties: text.toLowerCase().split(' ') }]),
);

/** Other spellings in use for the same property. */
const aliases: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  transformer: { x12: 'xhl', x13: 'xht', x23: 'xlt', lossperc: '%loadloss' },
  xfmrcode: { x12: 'xhl', x13: 'xht', x23: 'xlt' },
  autotrans: { xhl: 'xhx', xlt: 'xxt' },
  line: { cable: 'cncables' },
  invcontrol: { pvsystemlist: 'derlist', refreactivepower: 'refreactivepower' },
  expcontrol: { pvsystemlist: 'derlist' },
  loadshape: { pmult: 'mult' },
};

export const classTable = (name: string): ClassTable | undefined => tables.get(name);
export const classNames = (): string[] => [...tables.keys(), ...Object.keys(otherClasses), ...silentClasses];

/** Index of the property that `word` names: exactly, or as the first that begins with it; −1 when there is none. */
export function propertyIndex(table: ClassTable, word: string): number {
  const name = word.toLowerCase();
  const exact = table.properties.indexOf(name);
  if (exact >= 0 || name === '') return exact;
  return table.properties.findIndex((property) => property.startsWith(name));
}

/** The name under which a property is read: one of several that mean the same. */
export function canonicalProperty(className: string, property: string): string {
  const table = aliases[className];
  return table !== undefined && Object.hasOwn(table, property) ? table[property] : property;
}
