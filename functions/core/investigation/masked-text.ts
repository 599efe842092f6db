/** Fields whose values are secret: their values may have any character in them. */
const SECRET_FIELD =
  'passw|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|signature|(?:pass|auth|pin|key|pw|otp)(?![a-z])';
/** Fields whose values may say who somebody is. */
const PERSONAL_FIELD =
  'session|user|login|customer|account|mail|phone|mobile|name|ssn|birth|dob|iban|card|recipient|sender|author|owner|patient|tenant|member|contact|employee|student|person|uid(?![a-z])|(?<![a-z])(?:cn|dn|client|host)(?![a-z])';
/** Of values with commas in them. */
const PLACE_FIELD = 'address|street|city';
const PERSON_OR_SECRET = new RegExp([SECRET_FIELD, PERSONAL_FIELD, PLACE_FIELD].join('|'), 'i');

/**
 * Whether a field's value is always masked.
 *
 * @param name of the field: words with `_` between them
 */
export function namesPersonOrSecret(name: string): boolean {
  return PERSON_OR_SECRET.test(name);
}

/** A value goes on over spaces, until something else has a name. */
const NEXT_FIELD = String.raw`\s{1,5}(?=[a-z_<])[\w.<>-]{1,40}["']?\s{0,5}[=:]`;
const QUOTED = String.raw`"(?:[^"\\]|\\[\s\S])*"?|'[^']*'?`;

/** Of a name that consists of two words, the second: `User ID=`, `Account holder:`. */
const SECOND_WORD = '(?: (?:ids?|no|nr|number|ref|reference|holder|code|name))?';

/** Programs that begin their lines with their name: these are no fields, although they end like the names of secrets. */
const WRITER = '(?:[\\w-]{1,20}\\.){0,4}(?:oauth2?|valkey|squid|druid):\\s';

/**
 * A field with its value. An exception whose name is like that of a field, as in `TokenError: expired`, is none; one that
 * says what was not found, as in `UserNotFoundException: jane`, is.
 */
function field(names: string, value: string): RegExp {
  const noError = String.raw`(?![\w.-]{0,80}(?<!not_?found)(?:error|exception|fault|failure)["']?\s{0,5}:)`;
  const name = String.raw`[\w.-]{0,40}(?:${names})[\w.-]{0,40}${SECOND_WORD}["']?\s{0,5}[:=]\s{0,5}`;
  return new RegExp(String.raw`(?<![\w.-])(?!${WRITER})(${noError}${name})(?:${QUOTED}|${value})`, 'gi');
}

/** What is said of a secret, where something else than the secret itself follows its name. */
const OF_SECRETS =
  'and|authentication|cannot|could|denied|did|does|endpoint|error|exchange|expired|failed|for|from|has|have|in|incorrect|invalid|is|manager|mismatch|missing|must|not|of|or|refresh|refused|rejected|request|required|revoked|store|to|validation|verification|was|with|wrong';

/**
 * What is replaced, in this order: what has a form of its own first, then what a name before it gives away, then
 * whatever else may tell one person, request or host from another. Each pattern begins where a word begins, or is
 * bounded, so that a long line takes no longer than its length.
 */
const MASKS: readonly (readonly [what: RegExp, by: string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal.
  [/\u001b\[[\d;]{0,20}[A-Za-z]/g, ''],
  [/-----BEGIN [A-Z ]{1,40}-----[\s\S]*/g, '<key>'],
  [/(?<![\w-])eyJ[\w-]+(?:\.[\w-]*){0,4}/g, '<token>'],
  [
    /(?<![A-Za-z0-9])(?:A3T[A-Z0-9]|ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9]{12,}/g,
    '<key>',
  ],
  [
    /(?<!\w)(?:gh[pousr]_|github_pat_|glpat-|glsa_|xox[a-z]-|xapp-|[prs]k_live_|[prs]k_test_|whsec_|sk-|npm_|pypi-|hvs\.|AIza|ya29\.|dop_v1_|SG\.|hf_|shp[a-z]{2}_)[\w.-]+/g,
    '<token>',
  ],
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[^\s,;"']+/gi, '$1 <token>'],
  [/\b((?:set-)?cookie["']?\s{0,5}[:=]|authorization["']?\s{0,5}[:=]).*/gi, '$1 <masked>'],
  [/(?<!\w|:\/\/)(\w{1,20}:\/\/)[^\s"'<>]{1,500}@/g, '$1<masked>@'],
  [/\?[^\s"'<>]+/g, '?<query>'],
  // PostgreSQL and SQL Server, of the row that they refuse.
  [/\)=\((?:.*\)|.*)/g, ')=(<masked>)'],
  [/\b(row contains|key value is)\s{1,5}\(.*/gi, '$1 (<masked>)'],
  [
    field(SECRET_FIELD, String.raw`\S(?:(?!${NEXT_FIELD})[^,;&)}\]\n]|(?<=\S)[,;&)}\]](?=\S))*`),
    '$1<masked>',
  ],
  [field(PLACE_FIELD, String.raw`(?:(?!${NEXT_FIELD})[^;&)}\]\n])+`), '$1<masked>'],
  [field(PERSONAL_FIELD, String.raw`(?:(?!${NEXT_FIELD})[^,;&)}\]\n])+`), '$1<masked>'],
  [
    new RegExp(
      String.raw`\b(passwor[dt]|passwd|passphrase|secret|token|api[_-]?key)(\s{1,5}(?:is|was)\s{1,5}|\s{1,5})(?!(?:${OF_SECRETS})(?![\w-])|[<"'])\S+`,
      'gi',
    ),
    '$1$2<masked>',
  ],
  // As sshd writes it.
  [
    /\b((?:invalid|illegal|unknown|no such) user|(?:password|publickey) for(?! (?:invalid|illegal) user))\s{1,5}(?!<)\S+/gi,
    '$1 <masked>',
  ],
  [/(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}][\p{L}\p{N}.-]*/gu, '<email>'],
  // Which of an odd number of quotes begin a quotation is not known: all is masked from the first on.
  [/^([^"]*)"(?!(?:[^"\\]|\\[\s\S])*"(?:[^"]*"(?:[^"\\]|\\[\s\S])*")*[^"]*$)[\s\S]*/, '$1"<text>"'],
  [/"(?:[^"\\]|\\[\s\S])*"/g, '"<text>"'],
  [/`[^`]*(?:`|$)/g, '`<text>`'],
  [/([“„])[^“”]*(?:[“”]|$)/g, '$1<text>”'],
  [/«[^»]*(?:»|$)/g, '«<text>»'],
  [
    /(?<=^|[\s=(:,[{@])(?:'(?:[^'\n]|(?<=\w)'(?=\w)|''){0,500}'|‘[^’\n]{0,500}’)(?=$|[\s.,;:)\]}@])/g,
    "'<text>'",
  ],
  [/(\\{1,2}(?:Users|home)\\{1,2})(?:[^\\\n:*?"<>|]{1,60}(?=\\)|[^\s\\]+)/gi, '$1<id>'],
  // What is encoded in the address of a page.
  [/(?<![^\s/"'<>=&])[^\s/"'<>=&%]*%[\da-f]{2}[^\s/"'<>=&]*/gi, '<id>'],
  [/\/(home|users?|customers?|accounts?|members?|profiles?|people|sessions?)\/[^\s/"'?,;]+/gi, '/$1/<id>'],
  [
    /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?|(?<![\w:])\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?![\w:])/g,
    '<time>',
  ],
  [/(?<![\w-])[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}(?![\w-])/gi, '<uuid>'],
  [/(?<![\w:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\w:-])/gi, '<mac>'],
  [/(?:(?<![\w:])[\da-f:]{1,39}:|(?<!\d))\d{1,3}(?:\.\d{1,3}){3}(?!\d)(?::\d{1,5})?/gi, '<ip>'],
  [/(?<![\w:])(?=[\da-f]{0,4}:[\da-f]{0,4}:)[\da-f:]{2,45}(?:%\w{1,15})?(?![\w:])/gi, '<ip>'],
  [/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g, '<iban>'],
  [/(?<![A-Za-z0-9/+=])(?=[A-Za-z/+=]*\d)[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g, '<token>'],
  [/(?<![\w+=-])(?=[A-Za-z_+=-]*\d)[\w+=-]{20,}/g, '<token>'],
  // What is written as names are, in a path.
  [/(?<=\/)\p{Lu}\p{Ll}+(?:[-_+.]\p{Lu}\p{Ll}+)+/gu, '<id>'],
  [/(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{8,}/g, '<id>'],
];

/** Numbers that say what went wrong, and of nobody in particular; all others are masked. */
const NUMBERS =
  /\b(?:HTTP(?:\/\d(?:\.\d)?)?|status(?: code)?|exit(?: code| status)?|errno|signal)[ :=]{1,2}\d{1,3}\b|\bORA-\d{5}\b|\d+(?:[.,]\d+)*/gi;

/** What one mask leaves may be what another looks for: a second pass finds that, and a third seldom anything. */
const PASSES_AT_MOST = 5;

/**
 * A text without what may be personal or secret: e-mail addresses, IP addresses, tokens, keys, numbers of cards and
 * accounts, quoted values, values of fields such as `user` or `password`, ids, and all numbers but codes of errors. What
 * is masked once stays as it is. A name or a secret in the middle of a sentence cannot be recognised without its name
 * before it.
 */
export function masked(text: string): string {
  let known = text;
  for (let pass = 1; pass <= PASSES_AT_MOST; pass += 1) {
    const next = maskedOnce(known);
    if (next === known) break;
    known = next;
  }
  return known;
}

function maskedOnce(text: string): string {
  const known = MASKS.reduce((left, [what, by]) => left.replace(what, by), text);
  return known.replace(NUMBERS, (number) => (/^\d/.test(number) ? '<n>' : number));
}
