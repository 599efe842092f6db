import * as z from 'zod/mini';
import type { Component } from '../configuration/schema/component-schema.ts';
import type { ActionParams, RunCommandAction } from './action-definition.ts';
import { undoneBy } from './phase.ts';

/** What both documents are sent. */
const common = ({ service, certificate }: Component, { apply, phase }: ActionParams) => ({
  service: String(service),
  keyFile: String(certificate?.keyFile),
  certificateFile: String(certificate?.certificateFile),
  names: certificate?.names.join(',') ?? '',
  port: String(certificate?.port),
  applyBy: String(apply),
  phase: String(phase),
});

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
  parameters: (component, params) => {
    const { certificate } = component;
    return {
      ...common(component, params),
      validDays: String(certificate?.validDays),
      caKeyFile: certificate?.authority?.keyFile ?? '',
      caCertificateFile: certificate?.authority?.certificateFile ?? '',
    };
  },
  variant: {
    document: 'selfheal-renew-certificate',
    isMeantFor: ({ certificate }) => certificate?.certbot !== undefined,
    parameters: (component, params) => ({
      ...common(component, params),
      renewalsPerWeek: String(component.certificate?.certbot?.renewalsPerWeek),
    }),
  },
};
