/**
 * Why a peer did not answer, by the codes of Node.js and OpenSSL, with the words for people. Only these are kept: nothing
 * that a peer sends reaches a record or an event as it came.
 */
const ERRORS = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate has been revoked',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody else',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not from a trusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not from a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is not from a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is not from a trusted authority',
  EPROTO: 'TLS could not be negotiated',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closes the connection without an answer',
  NO_ANSWER: 'it accepts the connection, and does not answer in time',
  ETIMEDOUT: 'no connection was established in time',
  EHOSTUNREACH: 'no route leads to its host',
  ENETUNREACH: 'no route leads to its network',
  ENOTFOUND: 'its name cannot be resolved',
  EAI_AGAIN: 'its name cannot be resolved at the moment',
} as const;

type ErrorReason = keyof typeof ERRORS;
/** Why a peer missed a heartbeat; a status of HTTP as `HTTP_503`. */
export type MissReason = ErrorReason | `HTTP_${number}`;

const HTTP_STATUS = /^HTTP_[1-5]\d\d$/;
const CERTIFICATE = /_CERT(_|$)|^CERT_|^UNABLE_TO_/;
/** What a proxy, a load balancer or a CDN answers with as well, for something behind it that is down. */
const BY_PROXY = /^HTTP_(50[234]|52[0-7]|530)$/;
/** Something is there that accepts connections. */
const ACCEPTED: readonly MissReason[] = ['ECONNRESET', 'NO_ANSWER'];

const isErrorReason = (value: string): value is ErrorReason => Object.hasOwn(ERRORS, value);

export function isMissReason(value: unknown): value is MissReason {
  return typeof value === 'string' && (isErrorReason(value) || HTTP_STATUS.test(value));
}

/** The reason in an error's code; `undefined` for one that is not known. */
export function missReasonOf(code: string | undefined): MissReason | undefined {
  if (code === undefined) return undefined;
  if (code.startsWith('ERR_SSL_')) return 'EPROTO';
  if (code === 'EPIPE') return 'ECONNRESET';
  return isErrorReason(code) ? code : undefined;
}

export function missReasonOfStatus(statusCode: number | undefined): MissReason | undefined {
  const reason = `HTTP_${statusCode}`;
  return isMissReason(reason) ? reason : undefined;
}

/** For people, as a clause. */
export function missText(reason: MissReason): string {
  return isErrorReason(reason) ? ERRORS[reason] : `it answers with status ${reason.slice('HTTP_'.length)}`;
}

/** Whether something answers there that runs: it is not trusted, or says itself that something is wrong. */
export function isAnswer(reason: MissReason): boolean {
  if (HTTP_STATUS.test(reason)) return !BY_PROXY.test(reason);
  return reason === 'EPROTO' || CERTIFICATE.test(reason);
}

/** Whether what was met may be as much as a process that runs, or a proxy in the place of one that is down. */
export function mayRun(reason: MissReason): boolean {
  return BY_PROXY.test(reason) || reason === 'ECONNRESET';
}

/** Whether the connection was accepted, and not answered. */
export function isAccepted(reason: MissReason): boolean {
  return ACCEPTED.includes(reason);
}

/** Whether the peer's name is in trouble, and not what it stands for. */
export function isUnresolved(reason: MissReason): boolean {
  return reason === 'ENOTFOUND' || reason === 'EAI_AGAIN';
}
