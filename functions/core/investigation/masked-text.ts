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
  [/(?<!\w)(?:gh[pousr]_|github_pat_|glpat-|xox[a-z]-|sk_live_|sk_test_|rk_live_|sk-)[\w-]+/g, '<token>'],
  [/\b(Bearer|Basic|Digest|Negotiate)\s+[^\s,;"']+/gi, '$1 <token>'],
  [/\b((?:set-)?cookie["']?\s{0,5}[:=]).*/gi, '$1 <masked>'],
  [/(?<!\w)(\w{1,20}:\/\/)[^\s/@]{1,500}@/g, '$1<masked>@'],
  [/\?[^\s"'<>]+/g, '?<query>'],
  [
    /(?<![\w.-])([\w.-]{0,40}(?:passw|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|authorization|credential|session|signature|user|login|customer|account|mail|phone|mobile|name|address|street|city|ssn|birth|dob|iban|card)[\w.-]{0,40}["']?\s{0,5}[:=]\s{0,5})(?:"[^"]*"?|'[^']*'?|[^\s,;&)}\]]+)/gi,
    '$1<masked>',
  ],
  [/(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}][\p{L}\p{N}.-]*/gu, '<email>'],
  [/"[^"]*(?:"|$)/g, '"<text>"'],
  [/(?<=^|[\s=(:,[{])'[^'\n]{0,500}'(?=$|[\s.,;:)\]}])/g, "'<text>'"],
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
  [/(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{8,}/g, '<id>'],
];

/** Numbers that say what went wrong, and of nobody in particular; all others are masked. */
const NUMBERS =
  /\b(?:HTTP(?:\/\d(?:\.\d)?)?|status(?: code)?|exit(?: code| status)?|errno|signal)[ :=]{1,2}\d{1,3}\b|\bORA-\d{5}\b|\d+(?:[.,]\d+)*/gi;

/**
 * A text without what may be personal or secret: e-mail addresses, IP addresses, tokens, keys, numbers of cards and
 * accounts, quoted values, values of fields such as `user` or `password`, ids, and all numbers but codes of errors. What
 * is masked once stays as it is. A name in the middle of a sentence cannot be recognised.
 */
export function masked(text: string): string {
  const known = MASKS.reduce((left, [what, by]) => left.replace(what, by), text);
  return known.replace(NUMBERS, (number) => (/^\d/.test(number) ? '<n>' : number));
}
