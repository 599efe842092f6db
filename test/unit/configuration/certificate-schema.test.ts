import { describe, expect, it } from 'vitest';
import { actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { runbookOf } from '../../../functions/core/actions/runbook-of.ts';
import { loadConfiguration } from '../../../functions/core/configuration/load.ts';
import { expectProblem, problemsOf } from './configuration-text.ts';

const LIVE = '/etc/letsencrypt/live/web.example.com';
const OF_CERTBOT = `keyFile: ${LIVE}/privkey.pem, certificateFile: ${LIVE}/fullchain.pem`;
const AUTHORITY = '{ keyFile: /root/ca.key, certificateFile: /root/ca.pem }';

const text = (certificate: string) => `components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    certificate: { names: [web.example.com], ${certificate} }
    signals: [certificate]
strategies:
  - id: renew
    trigger: { metrics: [certificate] }
    actions: [{ type: regenerate_certs }]
`;

/** What the host would be sent. */
function parametersFor(certificate: string) {
  const loaded = loadConfiguration(text(certificate), 'selfheal.yaml');
  const component = loaded.ok && loaded.compiled.components['web'];
  if (!component) throw new Error('the configuration is refused');
  const params = { apply: 'reload', phase: 'do' };
  return runbookOf(actionDefinition('regenerate_certs'), 'host')?.parameters(component, params);
}

describe('a certificate that certbot renews', () => {
  it.each(['fullchain.pem', 'cert.pem'])('may be named by its link %s', (file) => {
    const certificate = `${OF_CERTBOT.replace('fullchain.pem', file)}, certbot: {}`;
    expect(problemsOf(text(certificate))).toEqual([]);
    expect(parametersFor(certificate)).toMatchObject({
      issuer: 'certbot',
      keyFile: `${LIVE}/privkey.pem`,
      certificateFile: `${LIVE}/${file}`,
      renewalsPerWeek: '3',
    });
  });

  it('may be issued as often as the configuration says', () => {
    expect(parametersFor(`${OF_CERTBOT}, certbot: { renewalsPerWeek: 10 }`)).toMatchObject({
      renewalsPerWeek: '10',
    });
  });

  it('comes from openssl instead without `certbot`', () => {
    expect(parametersFor('keyFile: /etc/tls/a.key, certificateFile: /etc/tls/a.pem')).toMatchObject({
      issuer: 'openssl',
    });
  });

  it.each([
    [
      'a key elsewhere',
      `keyFile: ▼/etc/tls/a.key, certificateFile: ${LIVE}/fullchain.pem, certbot: {}`,
      'keyFile',
      'the link that certbot renews',
    ],
    [
      'a key in the archive',
      `keyFile: ▼/etc/letsencrypt/archive/web/privkey1.pem, certificateFile: /etc/tls/a.pem, certbot: {}`,
      'keyFile',
      'the link that certbot renews',
    ],
    [
      'the certificate of another one',
      `keyFile: ${LIVE}/privkey.pem, certificateFile: ▼/etc/letsencrypt/live/shop/fullchain.pem, certbot: {}`,
      'certificateFile',
      '`fullchain.pem` or `cert.pem`',
    ],
    [
      'links of certbot without `certbot`',
      OF_CERTBOT.replace('keyFile: ', 'keyFile: ▼'),
      'keyFile',
      '`certbot: {}`',
    ],
    [
      'an authority besides',
      `${OF_CERTBOT}, certbot: {}, authority: ▼${AUTHORITY}`,
      'authority',
      'either `authority` or `certbot`',
    ],
  ])('is refused with %s', (_what, certificate, field, said) => {
    const path = `components.web.certificate.${field}`;
    const problem = expectProblem(text(certificate), { code: 'invalid-value', path });
    expect(`${problem.message} ${problem.remedy}`).toContain(said);
  });
});
