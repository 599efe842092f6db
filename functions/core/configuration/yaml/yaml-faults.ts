import { type Document, isAlias, isMap, isScalar, isSeq, type Node, visit, type YAMLError } from 'yaml';
import type { ProblemCode } from '../problem.ts';
import { slipsIn } from './yaml-slips.ts';

/** A fault in the YAML itself, at an offset in the text. */
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
    message: 'this key already occurs above, in the same mapping',
    remedy: 'Keep one of the two.',
  },
  MULTIPLE_DOCS: {
    code: 'several-documents',
    message: 'a second YAML document starts here; the configuration is one document',
    remedy: 'Remove the `---` line and what does not belong here.',
  },
  BAD_INDENT: {
    code: 'yaml-syntax',
    message: 'this line is indented unlike the others of its mapping or list',
    remedy: 'Let all entries of one mapping or list begin in the same column.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    code: 'yaml-syntax',
    message: 'this key has a value already, and the lines below are indented as if they belonged to it, too',
    remedy: 'Indent the lines below like this one, or write the `- ` that is missing before it.',
  },
  MULTILINE_IMPLICIT_KEY: {
    code: 'yaml-syntax',
    message: 'this line has no colon, and the lines below are indented as if they belonged to it',
    remedy: 'Write it as `key: value`, or correct the indent of the lines below.',
  },
  NOT_MERGEABLE: {
    code: 'yaml-syntax',
    message: '`<<` merges the keys of other mappings, and this is not a mapping',
    remedy: 'Write `<<: *name`, with the anchor of a mapping, or remove the line.',
  },
  /** Its stack overflows. */
  RESOURCE_EXHAUSTION: {
    code: 'yaml-syntax',
    message: 'brackets are nested too deeply',
    remedy: 'Remove those that are not needed.',
  },
  TAG_RESOLVE_FAILED: {
    code: 'unknown-tag',
    message: 'a YAML tag that means nothing here',
    remedy:
      'Remove the tag (the word that starts with `!`), and write the value itself: no tag is evaluated.',
  },
} as const satisfies Readonly<Record<string, FaultText>>;

/** A file in UTF-16 has a NUL in every ASCII character; bytes of other encodings are read as U+FFFD. */
const NOT_UTF_8: FaultText = {
  code: 'yaml-syntax',
  message: 'a character that UTF-8 text never contains: the file has another encoding',
  remedy: 'Save it as UTF-8.',
};

/** A place in a text: lines count from 1. */
type LineOf = (offset: number) => number;

/**
 * The faults in a document's YAML. Where one slip makes the parser stumble several times, only the slip is reported if
 * it is recognised, or else the first place where the parser stumbles.
 */
export function yamlFaults(document: Document, text: string, lineOf: LineOf): readonly YamlFault[] {
  const offset = text.search(/[\0\ufffd]/);
  if (offset >= 0) return [{ offset, ...NOT_UTF_8 }];
  const errors = [...document.errors, ...document.warnings];
  const found = firstOfSyntax(
    errors.map((error) => faultOf(error, document, lineOf)).concat(nodeFaults(document)),
  );
  if (document.errors.length === 0) return found;
  const troubled = new Set(errors.map(({ pos: [offset] }) => lineOf(offset)));
  const slips = slipsIn(text, troubled).map((slip) => ({ ...slip, code: 'yaml-syntax' }) as const);
  const [first] = slips;
  if (first === undefined) return found;
  const line = lineOf(first.offset);
  return [...found.filter(({ offset }) => lineOf(offset) < line), ...slips];
}

/** Drops the syntax faults that follow the first, since most of them are its consequences. */
function firstOfSyntax(faults: readonly YamlFault[]): readonly YamlFault[] {
  const syntax = faults.filter(({ code }) => code === 'yaml-syntax');
  const offset = Math.min(...syntax.map((fault) => fault.offset));
  const first = syntax.find((fault) => fault.offset === offset);
  return faults.filter((fault) => fault.code !== 'yaml-syntax' || fault === first);
}

function faultOf(error: YAMLError, document: Document, lineOf: LineOf): YamlFault {
  const [offset] = error.pos;
  if (error.code === 'DUPLICATE_KEY') {
    const firstOffset = firstKeyOffset(document, offset);
    if (firstOffset !== undefined) {
      const message = `this key already occurs in line ${lineOf(firstOffset)}, in the same mapping`;
      return { offset, ...FAULTS.DUPLICATE_KEY, message };
    }
  }
  if (error.message.includes('Missing closing')) {
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
  const bracket = /end with an? ([\]}])/.exec(error.message)?.[1];
  const known =
    bracket === undefined ? (FAULTS as Readonly<Record<string, FaultText>>)[error.code] : unclosed(bracket);
  return { offset, ...(known ?? otherFault(error)) };
}

const unclosed = (bracket: string): FaultText => ({
  code: 'yaml-syntax',
  message: `the bracket that is open here is not closed: \`${bracket}\` is missing`,
  remedy: `Write \`${bracket}\` where it ends, usually at the end of the line above.`,
});

/** Faults that only the parser's message tells apart: they share a code. */
const BY_WORDS: readonly (readonly [RegExp, Omit<FaultText, 'code'>])[] = [
  [
    /Unexpected flow-(?:map|seq)-end/,
    {
      message: 'there is no open bracket for this one to close',
      remedy: 'Remove it, or write the opening bracket that is missing before it.',
    },
  ],
  [
    /Unexpected block-seq-ind/,
    {
      message: 'a list cannot begin on the line of its key',
      remedy: 'Begin the list on the next line, or write it in brackets: `[one, two]`.',
    },
  ],
];

function otherFault({ message }: YAMLError): FaultText {
  const [, said] = BY_WORDS.find(([words]) => words.test(message)) ?? [];
  return {
    code: 'yaml-syntax',
    message: said?.message ?? `not valid YAML: ${message}`,
    remedy:
      said?.remedy ?? 'Correct the syntax; usually an indent, a quote or a bracket is missing just before.',
  };
}

/** The offset of the key that the one at an offset repeats. */
function firstKeyOffset(document: Document, offset: number): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map(_key, { items }) {
      const keys = items.map(({ key }) => key).filter(isScalar);
      const again = keys.find((key) => startOf(key) === offset);
      if (again === undefined) return;
      found = startOf(keys.find(({ value }) => value === again.value) ?? again);
      return visit.BREAK;
    },
  });
  return found;
}

/** The offset of the quoted text that has run up to an offset without its end. */
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
    Pair(_key, { key, value }) {
      if (isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && !isMergeable(document, value)) {
        faults.push({ offset: startOf(key), ...FAULTS.NOT_MERGEABLE });
      }
      // As a name it would be lost: objects take it for their prototype.
      if (!isScalar(key) || key.value !== '__proto__') return;
      faults.push({
        offset: startOf(key),
        code: 'invalid-name',
        message: 'the name "__proto__" is not allowed',
        remedy: 'Choose another name.',
      });
    },
    Alias(_key, alias, path) {
      const target = alias.resolve(document);
      if (target !== undefined && path.includes(target))
        faults.push({
          offset: startOf(alias),
          code: 'unknown-anchor',
          message: `*${alias.source} is within &${alias.source}, and would contain itself`,
          remedy: 'Write the value out.',
        });
      if (target !== undefined) return;
      faults.push({
        offset: startOf(alias),
        code: 'unknown-anchor',
        message: `there is no anchor &${alias.source} above`,
        remedy: `Define &${alias.source} before it is used, or write the value out.`,
      });
    },
  });
  return faults;
}

/** What was read from a text has a range. */
const startOf = ({ range }: Pick<Node, 'range'>) => range?.[0] ?? 0;

/**
 * Whether `<<` can merge a value: a mapping, an alias of one, or a list of these. An unresolved alias is reported
 * separately.
 */
function isMergeable(document: Document, value: unknown): boolean {
  const target = isAlias(value) ? value.resolve(document) : value;
  if (isSeq(target)) return target.items.every((item) => isMergeable(document, item));
  return isMap(target) || (isAlias(value) && target === undefined);
}
