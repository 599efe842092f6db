import * as z from 'zod/mini';
import type { RunCommandAction } from './action-definition.ts';
import { undoneBy } from './phase.ts';

/**
 * Replaces key and certificate together; its undo puts the old pair back. certbot waits for its authority to look at each
 * name, so that the default time-out is long.
 */
export const regenerateCerts: RunCommandAction = {
  executor: 'run_command',
  type: 'regenerate_certs',
  targetKinds: ['host'],
  document: 'selfheal-regenerate-certs',
  summary: 'Replace key and certificate with a new pair, and check that the service presents it.',
  params: z.strictObject({
    apply: z
      ._default(z.enum(['reload', 'restart']), 'reload')
      .check(z.describe('How the service picks up the new pair. One that is not running is started.')),
    phase: z
      ._default(z.enum(['do', 'undo']), 'do')
      .check(z.describe('`undo`: in `rollback.actions`, put back the pair that this action has replaced.')),
  }),
  needs: ['service', 'certificate'],
  effect: ({ apply }) => (apply === 'restart' ? 'restarts' : 'starts'),
  defaultTimeoutSeconds: 180,
  ...undoneBy('regenerate_certs'),
  parameters: ({ service, certificate }, { apply, phase }) => ({
    service: String(service),
    issuer: certificate?.certbot ? 'certbot' : 'openssl',
    keyFile: String(certificate?.keyFile),
    certificateFile: String(certificate?.certificateFile),
    names: certificate?.names.join(',') ?? '',
    validDays: String(certificate?.validDays),
    caKeyFile: certificate?.authority?.keyFile ?? '',
    caCertificateFile: certificate?.authority?.certificateFile ?? '',
    ...(certificate?.certbot && { renewalsPerWeek: String(certificate.certbot.renewalsPerWeek) }),
    port: String(certificate?.port),
    applyBy: String(apply),
    phase: String(phase),
  }),
};
