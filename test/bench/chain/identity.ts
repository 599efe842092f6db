import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a process shows its callers to prove who it is, in PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Issues certificates to processes on this machine, with openssl. */
export interface Authority {
  /** What callers trust, in PEM. */
  readonly certificate: string;
  /** An identity for 127.0.0.1 that is valid until then, and has been for a year. */
  readonly issue: (untilMs: number) => Identity;
  readonly close: () => void;
}

const YEAR_MS = 365 * 86_400_000;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const CONFIGURATION = `[ca]
default_ca = shop
[shop]
database = issued.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
copy_extensions = copy
policy = names
[names]
commonName = supplied
`;

export function createAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-authority-'));
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', [...args], { cwd: directory, stdio: 'ignore' });
  const read = (name: string) => readFileSync(join(directory, name), 'utf8');
  writeFileSync(join(directory, 'ca.cnf'), CONFIGURATION);
  writeFileSync(join(directory, 'issued.txt'), '');
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-days',
    '1',
    '-subj',
    '/CN=shop',
  );
  const forLoopback = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  openssl('req', ...NEW_KEY, '-keyout', 'key.pem', '-out', 'request.pem', ...forLoopback);
  return {
    certificate: read('ca.pem'),
    issue: (untilMs) => {
      const validity = ['-startdate', asn1Time(untilMs - YEAR_MS), '-enddate', asn1Time(untilMs)];
      const by = ['-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca-key.pem'];
      openssl('ca', '-batch', '-notext', ...by, ...validity, '-in', 'request.pem', '-out', 'certificate.pem');
      return { key: read('key.pem'), cert: read('certificate.pem') };
    },
    close: () => rmSync(directory, { recursive: true }),
  };
}

/** YYYYMMDDHHMMSSZ. */
function asn1Time(epochMs: number): string {
  return `${new Date(epochMs).toISOString().replaceAll(/[-:T]|\..*$/g, '')}Z`;
}
