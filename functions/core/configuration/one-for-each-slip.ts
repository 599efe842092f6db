import * as z from 'zod';
import { moveTo } from './key-remedies.ts';
import type { DocumentPath, Finding, ProblemCode } from './problem.ts';
import { dedentedFrom, schemaPlace, valueAt } from './schema-walk.ts';

/** A finding, and the mapping where an unknown key belongs. */
export interface SchemaFinding extends Finding {
  readonly home?: DocumentPath;
}

const keyOf = (path: DocumentPath) => JSON.stringify(path);
const isBelow = (path: DocumentPath, holder: DocumentPath) =>
  path.length >= holder.length && holder.every((part, index) => part === path[index]);

const CODES_OF_LACK: ReadonlySet<ProblemCode> = new Set(['missing-key', 'unclear-kind']);

/**
 * The first finding about each slip, without those that follow from it: a misspelt key is one mistake, not an unknown key,
 * a missing one and a mapping that lacks something.
 */
export function oneForEachSlip(
  all: readonly SchemaFinding[],
  root: z.core.$ZodType,
  document: unknown,
): readonly Finding[] {
  const findings = [withStrays, withDedents, withoutIndent, withMeantKeys].reduce<readonly SchemaFinding[]>(
    (left, step) => step(left, root, document),
    all,
  );
  const unknown = findings.filter(({ code }) => code === 'unknown-key');
  const found = new Set(
    unknown.flatMap(({ path, nearest, home }) => {
      const own = path.slice(0, -1);
      return [
        ...(nearest === undefined ? [] : [keyOf([...own, nearest])]),
        ...(home === undefined ? [] : [keyOf(home), keyOf([...home, path.at(-1) ?? ''])]),
      ];
    }),
  );
  const unclear = new Set([...unknown.map(({ path }) => keyOf(path.slice(0, -1))), ...found]);
  // Zod measures anything that has a length: a text where a list belongs is one mistake, too.
  const mistyped = new Set(
    findings.flatMap(({ code, path }) => (code === 'wrong-type' ? [keyOf(path)] : [])),
  );
  const reported = new Set<string>();
  return findings.flatMap(({ home: _home, ...finding }) => {
    const { code, path, at } = finding;
    const key = keyOf(path);
    if ((CODES_OF_LACK.has(code) || finding.value === null) && found.has(key)) return [];
    if (code === 'wrong-length' && mistyped.has(key)) return [];
    if (code === 'empty-trigger' && unclear.has(key)) return [];
    // Only the first fault of each value: the others are about the same slip.
    if (at !== 'key' && reported.has(key)) return [];
    if (at !== 'key') reported.add(key);
    return [finding];
  });
}

/**
 * A key that is missing in one mapping and stands, with faults, in one below it was indented too far. Where names are the
 * user's own, it is allowed as one of them, and only what it holds is at fault.
 */
function withStrays(
  findings: readonly SchemaFinding[],
  _root: z.core.$ZodType,
  document: unknown,
): readonly SchemaFinding[] {
  const missing = findings.filter(({ code }) => code === 'missing-key');
  return missing.reduce((left, { path }) => {
    const home = path.slice(0, -1);
    const key = path.at(-1) ?? '';
    const placeIn = (other: DocumentPath) => other.slice(0, other.indexOf(key, path.length) + 1);
    const fault = left.find((other) => isBelow(other.path, home) && placeIn(other.path).length > 0);
    if (fault === undefined) return left;
    const place = placeIn(fault.path);
    const stray: SchemaFinding = {
      severity: 'error',
      code: 'unknown-key',
      path: place,
      at: 'key',
      value: valueAt(document, place),
      message: `\`${key}\` is missing beside \`${place[home.length]}\`, and has no meaning here`,
      remedy: moveTo({ name: '', path: home }, place),
      home,
    };
    return left.flatMap((other) => (other === fault ? stray : isBelow(other.path, place) ? [] : other));
  }, findings);
}

/**
 * A key of an entry that is indented too little: all that is at fault with what it holds is its place, and what is missing
 * in the entry may follow it.
 */
function withDedents(
  findings: readonly SchemaFinding[],
  root: z.core.$ZodType,
  document: unknown,
): readonly SchemaFinding[] {
  const dedents = new Map<string, SchemaFinding>();
  const torn = new Set<string>();
  const places = findings.map(({ path }) => {
    const place = path
      .map((_, depth) => path.slice(0, depth + 1))
      .find((each) => dedentedFrom(root, document, each) !== undefined);
    const home = place && dedentedFrom(root, document, place);
    if (place === undefined || home === undefined) return undefined;
    torn.add(keyOf(home));
    const [holder, key] = place.slice(-2);
    dedents.set(keyOf(place), {
      severity: 'error',
      code: 'unknown-key',
      path: place,
      at: 'key',
      value: valueAt(document, place),
      message: `\`${key}\` is indented as if it were the name of an entry of \`${holder}\``,
      remedy: `Indent it as far as the other keys of \`${home.at(-1)}\`.`,
      home,
    });
    return keyOf(place);
  });
  return findings.flatMap((finding, index) => {
    const place = places[index];
    const isOfTorn = finding.code === 'missing-key' && torn.has(keyOf(finding.path.slice(0, -1)));
    if (place === undefined) return isOfTorn ? [] : finding;
    return places.indexOf(place) === index ? (dedents.get(place) ?? []) : [];
  });
}

/** A key that nobody knows stands for the only one that is missing beside it, if its value would do there and few would. */
function withMeantKeys(
  findings: readonly SchemaFinding[],
  root: z.core.$ZodType,
  document: unknown,
): readonly SchemaFinding[] {
  const beside = Map.groupBy(findings, ({ path }) => keyOf(path.slice(0, -1)));
  return findings.map((finding) => {
    const all = beside.get(keyOf(finding.path.slice(0, -1))) ?? [];
    const unknown = all.filter(({ code }) => code === 'unknown-key');
    const [missing, ...more] = all.filter(({ code }) => code === 'missing-key');
    const isPair = finding.code === 'unknown-key' && unknown.length === 1 && missing && more.length === 0;
    if (!isPair || finding.nearest !== undefined || finding.home !== undefined) return finding;
    const schema = schemaPlace(root, document, missing.path)?.schema;
    const fits = (value: unknown) => schema !== undefined && z.safeParse(schema, value).success;
    if (!fits(finding.value) || (typeof finding.value === 'string' && fits('text'))) return finding;
    const nearest = String(missing.path.at(-1));
    return { ...finding, nearest, remedy: `Did you mean \`${nearest}\`?` };
  });
}

/** The keys after an empty mapping that belong in it, and are not indented. The first is reported for all of them. */
function withoutIndent(
  findings: readonly SchemaFinding[],
  root: z.core.$ZodType,
  document: unknown,
): readonly SchemaFinding[] {
  const unknown = new Set(
    findings.flatMap(({ code, path }) => (code === 'unknown-key' ? [keyOf(path)] : [])),
  );
  const reported = new Set<string>();
  return findings.flatMap((finding) => {
    const home = emptiedBy(finding, unknown, root, document);
    if (home === undefined) return finding;
    if (reported.has(keyOf(home))) return [];
    reported.add(keyOf(home));
    const remedy = `Indent it, and what belongs with it, below \`${home.at(-1)}:\`.`;
    return { ...finding, remedy, home };
  });
}

/** The empty mapping before an unknown key that would be allowed in it. */
function emptiedBy(
  { code, path, nearest }: SchemaFinding,
  unknown: ReadonlySet<string>,
  root: z.core.$ZodType,
  document: unknown,
): DocumentPath | undefined {
  if (code !== 'unknown-key') return undefined;
  const own = path.slice(0, -1);
  const key = String(path.at(-1));
  const keys = Object.keys((valueAt(document, own) ?? {}) as object);
  const before = keys.slice(0, keys.indexOf(key)).findLast((each) => !unknown.has(keyOf([...own, each])));
  if (before === undefined || valueAt(document, [...own, before]) !== null) return undefined;
  const place = schemaPlace(root, document, [...own, before]);
  const takesIt = place?.isCollection ? nearest === undefined : place?.keys.includes(key);
  return takesIt ? [...own, before] : undefined;
}
