/** A missing permission, as far as the service's message names it. */
export interface Denial {
  /** As IAM names it, such as `ssm:SendCommand`. */
  readonly action: string;
  /** An ARN or a pattern of one; missing where the service does not say. */
  readonly resource?: string;
  /** Name of the role, or the whole ARN of a principal that is not a role; missing where the service does not say. */
  readonly role?: string;
}

/** A denial on record: once for each permission and role, and again after a day as long as it lasts. */
export interface DenialRecord extends Denial {
  readonly notedAtMs: number;
  /** When people were notified of it. */
  readonly notifiedAtMs?: number;
}

/** How long people are not notified of a denial again. */
export const DENIAL_REPEATS_AFTER_MS = 86_400_000;

/**
 * AWS phrases most denials as `User: <principal> is not authorized to perform: <action> on resource: <resource> because
 * no … policy allows …`, and appends the reason in many ways:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const SENTENCE =
  /\bUser:?\s+(?<principal>\S+)\s+is not authorized to perform:\s*(?<action>[\w-]+:[\w*]+)(?:\s+on resource(?:\(s\))?:\s*\\?"?(?<resource>[^\s"\\]+))?/;
/** As `describeDenial` phrases it. */
const OWN_SENTENCE =
  /\bmissing permission: (?<action>[\w-]+:[\w*]+)(?: on (?<resource>[^\s"\\]+))?(?: for role (?<principal>[^\s"\\]+))?/;
const ASSUMED_ROLE = /^arn:[\w-]+:sts::\d*:assumed-role\/(?:.*\/)?(?<role>[^/]+)\/[^/]+$/;
const ROLE = /^arn:[\w-]+:iam::\d*:role\/(?:.*\/)?(?<role>[^/]+)$/;

/**
 * The denial that a text describes, such as an error's message or the cause of a failed execution; `undefined` if none.
 */
export function denialIn(text: string): Denial | undefined {
  const { principal, action, resource } = (SENTENCE.exec(text) ?? OWN_SENTENCE.exec(text))?.groups ?? {};
  if (action === undefined) return undefined;
  const role = principal === undefined ? undefined : roleOf(principal);
  return {
    action,
    // A sentence may end, or continue in brackets, right after the ARN.
    ...(resource !== undefined && { resource: withoutPunctuation(resource) }),
    ...(role !== undefined && { role: withoutPunctuation(role) }),
  };
}

function roleOf(principal: string): string | undefined {
  return (ASSUMED_ROLE.exec(principal) ?? ROLE.exec(principal))?.groups?.['role'] ?? principal;
}

function withoutPunctuation(name: string): string {
  return name.replace(/[.,:;)]+$/, '');
}

/** One line for people: `missing permission: ssm:SendCommand on arn:… for role selfheal-act`. */
export function describeDenial({ action, resource, role }: Denial): string {
  const where = resource === undefined ? '' : ` on ${resource}`;
  return `missing permission: ${action}${where}${role === undefined ? '' : ` for role ${role}`}`;
}
