import { describe, expect, it } from 'vitest';
import { actionDefinition } from '../../../functions/core/actions/action-table.ts';
import { documentsOf, runbookFor, runbookOf } from '../../../functions/core/actions/runbook-of.ts';
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

/** The document that the host would be sent, and what with. */
function sentFor(certificate: string) {
  const loaded = loadConfiguration(text(certificate), 'selfheal.yaml');
  const component = loaded.ok && loaded.compiled.components['web'];
  const runbook = runbookOf(actionDefinition('regenerate_certs'), 'host');
  if (!component || !runbook) throw new Error('the configuration is refused');
  const { document, parameters } = runbookFor(runbook, component);
  return { document, parameters: parameters(component, { apply: 'reload', phase: 'do' }) };
}

describe('a certificate that certbot renews', () => {
  it.each(['fullchain.pem', 'cert.pem'])('may be named by its link %s', (file) => {
    const certificate = `${OF_CERTBOT.replace('fullchain.pem', file)}, certbot: {}`;
    expect(problemsOf(text(certificate))).toEqual([]);
    expect(sentFor(certificate)).toEqual({
      document: 'selfheal-renew-certificate',
      parameters: {
        service: 'nginx.service',
        keyFile: `${LIVE}/privkey.pem`,
        certificateFile: `${LIVE}/${file}`,
        names: 'web.example.com',
        port: '443',
        applyBy: 'reload',
        phase: 'do',
        renewalsPerWeek: '3',
      },
    });
  });

  it('may be issued as often as the configuration says', () => {
    expect(sentFor(`${OF_CERTBOT}, certbot: { renewalsPerWeek: 10 }`).parameters).toMatchObject({
      renewalsPerWeek: '10',
    });
  });

  it('comes from openssl instead without `certbot`', () => {
    const { document, parameters } = sentFor('keyFile: /etc/tls/a.key, certificateFile: /etc/tls/a.pem');
    expect(document).toBe('selfheal-regenerate-certs');
    expect(parameters).toMatchObject({ validDays: '90', caKeyFile: '' });
    expect(parameters).not.toHaveProperty('renewalsPerWeek');
  });

  it('belongs to the same action, whichever document renews it', () => {
    expect(documentsOf(actionDefinition('regenerate_certs'))).toEqual([
      'selfheal-regenerate-certs',
      'selfheal-renew-certificate',
    ]);
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
