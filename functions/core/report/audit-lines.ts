import { createHash } from 'node:crypto';

const AUDIT_KINDS = [
  'plan',
  'operation',
  'step',
  'observation',
  'proposal',
  'refusal',
  'denial',
  'setting',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** One record, with what identifies it among those of its kind. */
export interface AuditEntry {
  readonly kind: AuditKind;
  readonly id: string;
  readonly record: unknown;
}

/**
 * JSON, one record a line, in an order of their own: the same records always give the same lines, so that two exports can
 * be compared. The first line says what the file is to contain.
 */
export function auditLines(
  head: Readonly<Record<string, unknown>>,
  entries: readonly AuditEntry[],
): readonly string[] {
  const sorted = entries.toSorted(
    (a, b) => AUDIT_KINDS.indexOf(a.kind) - AUDIT_KINDS.indexOf(b.kind) || (a.id < b.id ? -1 : 1),
  );
  const counts = AUDIT_KINDS.map((kind) => [kind, entries.filter((each) => each.kind === kind).length]);
  return [
    canonical({ kind: 'export', format: 1, ...head, records: Object.fromEntries(counts) }),
    ...sorted.map(({ kind, id, record }) => canonical({ kind, id, record })),
  ];
}

/** The SHA-256 of a text in UTF-8, in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The line by which `sha256sum --check` checks a file in the directory where it is called. */
export function checksumLine(digest: string, fileName: string): string {
  return `${digest}  ${fileName}\n`;
}

/** JSON with the keys of every object sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
