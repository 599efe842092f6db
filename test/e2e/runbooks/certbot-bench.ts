import { CERTBOT } from '../../../local/acme/certbot.ts';
import { PEBBLE_DIRECTORY, startPebble } from '../../../local/acme/pebble.ts';
import { installPythonProgram } from '../../../local/hosts/python-program.ts';
import { type Bench, type Edit, type Outcome, startBench } from './bench.ts';

export const NAME = 'web.example.com';
export const LIVE = `/etc/letsencrypt/live/${NAME}`;
export const ARCHIVE = `/etc/letsencrypt/archive/${NAME}`;
export const CONF = `/etc/letsencrypt/renewal/${NAME}.conf`;
export const NAMES = `${NAME},www.example.com`;
const PARAMETERS = {
  service: 'nginx.service',
  keyFile: `${LIVE}/privkey.pem`,
  certificateFile: `${LIVE}/fullchain.pem`,
  names: NAMES,
  executionTimeout: '240',
};
const SITE = `server {
  listen 443 ssl;
  ssl_certificate ${LIVE}/fullchain.pem;
  ssl_certificate_key ${LIVE}/privkey.pem;
  return 200;
}`;
/** Makes the certificate due; certbot writes its own value into a comment of the same name. */
export const DUE = `sed -i '1i renew_before_expiry = 4000 days' ${CONF}`;

/** A host with certbot and an authority, whose nginx serves a pair that certbot was issued. */
export interface CertbotBench extends Bench {
  /** Everything as at first. */
  reset(): Promise<unknown>;
  /** Runs the runbook that renews the certificate. */
  renew(parameters?: object): Promise<Outcome>;
  /** The same, with the script changed before. */
  renewEdited(edit: Edit, parameters?: object): Promise<Outcome>;
  /** The fingerprint of the certificate that clients get. */
  presented(): Promise<string>;
  /** The fingerprint of the certificate on the disk. */
  inPlace(): Promise<string>;
  /** The number of each of the four parts that the links lead to. */
  links(): Promise<string>;
  /** The certificates that certbot keeps. */
  inArchive(): Promise<string>;
  /** How many certificates the authority has issued. */
  issued(): Promise<string>;
  /** What the runbook has left behind, one a line. */
  litter(): Promise<string>;
}

export async function startCertbotBench(): Promise<CertbotBench> {
  const bench = await startBench();
  const { host, sh } = bench;
  await installPythonProgram(host, CERTBOT);
  await sh(`echo 127.0.0.1 ${NAME} www.example.com >>/etc/hosts`);
  await startPebble(host);
  await host.writeFile('/etc/letsencrypt/cli.ini', `server = ${PEBBLE_DIRECTORY}\nno-verify-ssl = true\n`);
  await sh(`systemctl start nginx
    certbot certonly --webroot -w /var/www/html -d ${NAME} -d www.example.com --agree-tos \
      --register-unsafely-without-email --non-interactive >/root/certbot.log 2>&1 || { cat /root/certbot.log >&2; false; }
    cp -a /etc/letsencrypt /root/pristine`);
  await host.writeFile('/etc/nginx/sites-enabled/tls', SITE);
  return {
    ...bench,
    reset: () =>
      sh(`rm -rf /etc/letsencrypt /var/lib/selfheal/certificates; cp -a /root/pristine /etc/letsencrypt
        systemctl reset-failed; systemctl restart nginx`),
    renew: (parameters) => bench.run('renew_certificate', { ...PARAMETERS, ...parameters }),
    renewEdited: (edit, parameters) =>
      bench.runUnchecked('renew_certificate', { ...PARAMETERS, ...parameters }, edit),
    presented: () =>
      sh(
        `openssl s_client -connect 127.0.0.1:443 -servername ${NAME} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint`,
      ),
    inPlace: () => sh(`openssl x509 -noout -fingerprint -in ${LIVE}/fullchain.pem`),
    links: () => sh(`cd ${LIVE}; readlink *.pem | sed 's/.*[a-z]\\([0-9]*\\).pem/\\1/' | tr -d '\\n'`),
    inArchive: () => sh(`cd ${ARCHIVE}; ls cert*.pem | tr '\\n' ' '`),
    issued: () => sh('journalctl -u pebble -o cat | grep -c "Issued certificate" || true'),
    litter: () =>
      sh(
        `ls -A ${LIVE}/.selfheal* ${LIVE}/previous* /var/lib/selfheal/certificates/web/renewing 2>/dev/null || true`,
      ),
  };
}
