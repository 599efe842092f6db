import { type Document, isScalar, visit, type YAMLError } from 'yaml';
import type { ProblemCode } from './problem.ts';
import { NO_VARIABLES, variableIn } from './remedies.ts';

/** Something wrong with the YAML itself, at an offset in the text. */
export interface YamlFault {
  readonly offset: number;
  readonly code: ProblemCode;
  readonly message: string;
  readonly remedy: string;
}

type FaultText = Omit<YamlFault, 'offset'>;

const FAULTS = {
  DUPLICATE_KEY: {
    code: 'duplicate-key',
    message: 'this key stands above already, in the same mapping',
    remedy: 'Keep one of the two.',
  },
  MULTIPLE_DOCS: {
    code: 'several-documents',
    message: 'a second YAML document starts here; the configuration is one document',
    remedy: 'Remove the `---` line and what does not belong here.',
  },
  TAB_AS_INDENT: {
    code: 'yaml-syntax',
    message: 'a tab; YAML indents with spaces only',
    remedy: 'Replace the tab with spaces.',
  },
  TAG_RESOLVE_FAILED: {
    code: 'unknown-tag',
    message: 'a YAML tag that means nothing here',
    remedy: 'Remove the tag (the word that starts with `!`).',
  },
} as const satisfies Readonly<Record<string, FaultText>>;

/** Where in a text something stands: lines count from 1. */
type LineOf = (offset: number) => number;

/**
 * What is wrong with a document's YAML. Where one slip makes the parser stumble several times, only the slip is reported:
 * a tab, a missing space behind a colon, or a variable.
 */
export function yamlFaults(document: Document, text: string, lineOf: LineOf): readonly YamlFault[] {
  const errors = [...document.errors, ...document.warnings];
  const found = errors.map((error) => faultOf(error, document, lineOf)).concat(nodeFaults(document));
  if (document.errors.length === 0) return found;
  const slips = slipsIn(text, new Set(errors.map(({ pos: [offset] }) => lineOf(offset))));
  const [first] = slips;
  if (first === undefined) return found;
  const line = lineOf(first.offset);
  return [...found.filter(({ offset }) => lineOf(offset) < line), ...slips];
}

/** Slips that people make, in lines that the parser stumbles over; behind the first, tabs in any line. */
function slipsIn(text: string, troubled: ReadonlySet<number>): readonly YamlFault[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const slips: YamlFault[] = [];
  let offset = 0;
  for (const [index, line] of lines.entries()) {
    const at = (column: number) => offset + Math.max(0, column);
    const [, key = '', value = ''] = /^\s*(?:- +)?([A-Za-z_][\w-]*):([^\s:/].*)$/.exec(line) ?? [];
    const variable = variableIn(line);
    const isTroubled = troubled.has(index + 1);
    if ((isTroubled || slips.length > 0) && /^ *\t\s*[^\s#]/.test(line)) {
      slips.push({ offset: at(line.indexOf('\t')), ...FAULTS.TAB_AS_INDENT });
    } else if (isTroubled && key !== '') {
      slips.push({
        offset: at(line.indexOf(key)),
        code: 'yaml-syntax',
        message: `\`${key}:${value.trimEnd()}\` has no space after the colon`,
        remedy: `Write \`${key}: ${value.trimEnd()}\`.`,
      });
    } else if (isTroubled && variable !== undefined) {
      slips.push({
        offset: at(line.indexOf(variable)),
        code: 'yaml-syntax',
        message: `\`${variable}\` is a variable, which is not valid YAML here`,
        remedy: NO_VARIABLES,
      });
    }
    offset = text.indexOf('\n', offset) + 1;
  }
  return slips;
}

function faultOf(error: YAMLError, document: Document, lineOf: LineOf): YamlFault {
  const [offset] = error.pos;
  if (error.code === 'DUPLICATE_KEY') {
    const firstOffset = firstKeyOffset(document, offset);
    if (firstOffset !== undefined) {
      const message = `this key stands in line ${lineOf(firstOffset)} already, in the same mapping`;
      return { offset, ...FAULTS.DUPLICATE_KEY, message };
    }
  }
  if (error.code === 'MISSING_CHAR' && error.message.includes('closing')) {
    const openingOffset = openingQuoteOffset(document, offset);
    if (openingOffset !== undefined) {
      return {
        offset: openingOffset,
        code: 'yaml-syntax',
        message: 'a quote that is never closed starts here',
        remedy: 'Close the quote at the end of its value, or remove it.',
      };
    }
  }
  const known = (FAULTS as Readonly<Record<string, FaultText>>)[error.code] ?? {
    code: 'yaml-syntax' as const,
    message: `not valid YAML: ${error.message}`,
    remedy: 'Correct the syntax; usually an indent, a quote or a bracket is missing just before.',
  };
  return { offset, ...known };
}

/** Of the key that one at an offset repeats. */
function firstKeyOffset(document: Document, offset: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map(_key, { items }) {
      const keys = items.map(({ key }) => key).filter(isScalar);
      const again = keys.find(({ range }) => range?.[0] === offset);
      if (again === undefined) return;
      found = keys.find(({ value }) => value === again.value)?.range?.[0];
      return visit.BREAK;
    },
  });
  return found;
}

/** Of the quoted text that has run up to an offset without its end. */
function openingQuoteOffset(document: Document, offset: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Scalar(_key, { type, range }) {
      const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (isQuoted && range && range[0] < offset && offset <= range[2]) found = range[0];
    },
  });
  return found;
}

function nodeFaults(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Pair(_key, { key }) {
      // As a name it would vanish on the way: objects take it for their prototype.
      if (!isScalar(key) || key.value !== '__proto__') return;
      faults.push({
        offset: key.range?.[0] ?? 0,
        code: 'invalid-name',
        message: 'the name "__proto__" is not allowed',
        remedy: 'Choose another name.',
      });
    },
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      faults.push({
        offset: alias.range?.[0] ?? 0,
        code: 'unknown-anchor',
        message: `no anchor &${alias.source} stands above`,
        remedy: `Define &${alias.source} before it is used, or write the value out.`,
      });
    },
  });
  return faults;
}
