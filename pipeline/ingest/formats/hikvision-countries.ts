/**
 * Hikvision's numbers for countries, as its ISAPI lists them (CRIndex), to ISO 3166-1 alpha-2. Those left out are
 * reserved, or mean a whole region.
 */
export const hikvisionCountries: ReadonlyMap<string, string> = new Map([
  ...numbered(1, 'CZ FR DE ES IT NL PL SK BY MD RU UA BE BG DK FI GB GR HR HU IL LU MK NO PT RO RS AZ GE KZ LT TM UZ LV'),
  ...numbered(35, 'EE AL AT BA IE IS VA MT SE CH CY TR SI ME XK AD AM MC LI SM'),
  ...numbered(59, 'CN BH KR LB NP TH PK AE BT OM KP PH KH QA KG MV MY MN SA BN LA JP TR PS TJ KW SY IN ID AF LK IQ VN'),
  ...numbered(92, 'IR YE JO MM IN BD SG TL'),
  ...numbered(104, 'EG LY SD TN DZ MA ET ER SO DJ KE TZ UG RW BI SC TD CF CM GQ GA CG CD ST MR EH SN GM ML BF GN GW'),
  ...numbered(136, 'CV SL LR CI GH TG BJ NE ZM AO ZW MW MZ BW NA ZA SZ LS MG KM MU NG SS SH YT RE ES PT PT'),
  ...numbered(169, 'CA GL PM US BM MX GT BZ SV HN NI CR PA BS TC CU JM KY HT DO PR VI VG AI AG MF SX BL KN MS GP DM'),
  ...numbered(201, 'MQ LC VC GD BB TT CW AW'),
  ...numbered(210, 'CO VE GY SR GF EC PE BO PY CL BR UY AR'),
  ...numbered(227, 'AU NZ PG SB VU NC PW FM MH MP GU NR KI FJ TO TV WF WS AS TK NU CK PF PN US'),
  ...numbered(256, 'TW HK MO'),
]);

function numbered(first: number, codes: string): [string, string][] {
  return codes.split(' ').map((code, i) => [String(first + i), code]);
}
