import { NO_VARIABLES, variableIn } from '../remedies.ts';

/** The message about a slip, and its remedy. */
interface SlipText {
  readonly message: string;
  readonly remedy: string;
}

/** A slip in a text. */
interface PlacedSlip extends SlipText {
  readonly offset: number;
}

/** A slip in a line. */
interface Slip extends SlipText {
  readonly column: number;
}

/** Slips that people make, in lines that the parser stumbles over; after the first such line, tabs in any line. */
export function slipsIn(text: string, troubled: ReadonlySet<number>): readonly PlacedSlip[] {
  const slips: PlacedSlip[] = [];
  let offset = 0;
  for (const [index, whole] of text.split('\n').entries()) {
    const line = whole.replace(/\r$/, '');
    const isTroubled = troubled.has(index + 1);
    const slip =
      (isTroubled || slips.length > 0 ? tab(line) : undefined) ?? (isTroubled ? slipIn(line) : undefined);
    if (slip !== undefined) {
      const { column, ...said } = slip;
      slips.push({ offset: offset + column, ...said });
    }
    offset += whole.length + 1;
  }
  return slips;
}

function slipIn(line: string): Slip | undefined {
  return (
    conflict(line) ??
    strangeSpace(line) ??
    dashWithoutSpace(line) ??
    colonWithoutSpace(line) ??
    variable(line) ??
    comma(line) ??
    quoteInQuotes(line) ??
    sign(line) ??
    signInBrackets(line)
  );
}

function tab(line: string): Slip | undefined {
  if (!/^ *\t\s*[^\s#]/.test(line)) return undefined;
  return {
    column: line.indexOf('\t'),
    message: 'a tab; YAML indents with spaces only',
    remedy: 'Replace the tab with spaces.',
  };
}

function conflict(line: string): Slip | undefined {
  if (!/^(<{7}|={7}|>{7}|\|{7})( |$)/.test(line)) return undefined;
  return {
    column: 0,
    message: 'the marker of a merge conflict that is not resolved',
    remedy: 'Keep one of the two versions, and remove the markers.',
  };
}

/** Characters that look like a space and are not one: word processors and web pages insert them. */
function strangeSpace(line: string): Slip | undefined {
  const column = line.search(/[\u00a0\u2000-\u200b\u202f\u3000\ufeff]/);
  if (column < 0) return undefined;
  return {
    column,
    message:
      'a character that looks like a space but is not one for YAML (a non-breaking space, for example)',
    remedy: 'Replace it with a plain space.',
  };
}

function dashWithoutSpace(line: string): Slip | undefined {
  const [, indent = '', entry] = /^(\s*)-([A-Za-z_][\w-]*:(?:\s.*)?)$/.exec(line) ?? [];
  if (entry === undefined) return undefined;
  return {
    column: indent.length,
    message: `\`-${entry.trimEnd()}\` has no space after the dash`,
    remedy: `Write \`- ${entry.trimEnd()}\`.`,
  };
}

function colonWithoutSpace(line: string): Slip | undefined {
  const [, key, value = ''] = /^\s*(?:- +)?([A-Za-z_][\w-]*):([^\s:/].*)$/.exec(line) ?? [];
  if (key === undefined) return undefined;
  return {
    column: line.indexOf(key),
    message: `\`${key}:${value.trimEnd()}\` has no space after the colon`,
    remedy: `Write \`${key}: ${value.trimEnd()}\`.`,
  };
}

/** JSON separates entries that YAML writes on lines of their own. */
function comma(line: string): Slip | undefined {
  const [, entry] = /^(\s*["']?[\w-]+["']?:\s+(?:"[^"]*"|'[^']*')\s*),\s*$/.exec(line) ?? [];
  if (entry === undefined) return undefined;
  return {
    column: entry.length,
    message: 'a comma after a value; only values in brackets are separated by commas',
    remedy: 'Remove the comma.',
  };
}

function quoteInQuotes(line: string): Slip | undefined {
  const [, before = '', value] = /^(\s*(?:- +)?[A-Za-z_][\w-]*:\s+)'([^"]*[^\s"'])'\s*$/.exec(line) ?? [];
  if (value === undefined || !/[^']'[^']/.test(value)) return undefined;
  return {
    column: before.length,
    message: 'a single quote within single quotes ends the value',
    remedy: `Put the value in double quotes: \`"${value}"\`.`,
  };
}

function variable(line: string): Slip | undefined {
  const name = variableIn(line);
  if (name === undefined) return undefined;
  return {
    column: line.indexOf(name),
    message: `\`${name}\` is a variable, which is not valid YAML here`,
    remedy: NO_VARIABLES,
  };
}

/** A value that begins with a character that has another meaning in YAML. */
function sign(line: string): Slip | undefined {
  const [, before = '', value] =
    /^(\s*(?:- +)?[A-Za-z_][\w-]*:\s+)([@`%].*|[|>](?![+-]?\d?[+-]?\s*(?:#.*)?$).+)$/.exec(line) ?? [];
  return value === undefined ? undefined : strangeSign(before, value);
}

/** The same within brackets, where a `#` just behind one begins no comment. */
function signInBrackets(line: string): Slip | undefined {
  const [, before = '', value] =
    /^(.*?[[{,](?:\s*(?:[A-Za-z_][\w-]*:\s+)?(?=[@`%|>])|(?=#)))([^,}\]]+)/.exec(line) ?? [];
  return value === undefined ? undefined : strangeSign(before, value);
}

function strangeSign(before: string, value: string): Slip {
  const first = value.charAt(0);
  const [, comparison, limit] = /^(>=?)\s*([\d.]+)\s*$/.exec(value) ?? [];
  if (limit !== undefined && /\bthreshold:\s*$/.test(before))
    return {
      column: before.length,
      message: '`>` means something else at the beginning of a value',
      remedy: `Write \`${limit}\` alone, and the comparison under its own key: \`comparison: '${comparison}'\`.`,
    };
  return {
    column: before.length,
    message: `${first === '`' ? 'a backtick' : `\`${first}\``} means something else at the beginning of a value`,
    remedy: `Put the value in quotes: \`"${value.trimEnd().replaceAll(/["\\]/g, '\\$&')}"\`.`,
  };
}
