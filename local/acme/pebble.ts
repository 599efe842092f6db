import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../hosts/host.ts';
import { cachedInstall, runInstaller } from '../process/cached-install.ts';

const VERSION = '2.10.3';
const HOME = '/opt/pebble';

/** Where the authority is, on the host. */
export const PEBBLE_DIRECTORY = 'https://127.0.0.1:14000/dir';

/** The port on which it looks at challenges of type HTTP-01 is that of real authorities; names are looked up in /etc/hosts. */
const CONFIGURATION = {
  pebble: {
    listenAddress: '127.0.0.1:14000',
    managementListenAddress: '127.0.0.1:15000',
    certificate: `${HOME}/certificate.pem`,
    privateKey: `${HOME}/key.pem`,
    httpPort: 80,
    tlsPort: 443,
    retryAfter: { authz: 1, order: 1 },
    profiles: { default: { description: 'ninety days', validityPeriod: 7_776_000 } },
  },
};

const UNIT = `[Service]
Environment=PEBBLE_VA_NOSLEEP=1 PEBBLE_WFE_NONCEREJECT=0 PEBBLE_AUTHZREUSE=0
ExecStart=${HOME}/pebble -config ${HOME}/config.json
`;

/**
 * Starts Pebble (MPL-2.0), Let's Encrypt's ACME server for tests, on a host's loopback, as the unit `pebble.service`. The first
 * call builds it with Go into the cache (12 MB).
 *
 * @see https://github.com/letsencrypt/pebble
 * @throws Error if go is missing, the build fails, or it does not answer within 30 s
 */
export async function startPebble(host: Host): Promise<void> {
  const directory = await cachedInstall(`pebble-${VERSION}`, (target) =>
    runInstaller('env', [
      ...[`GOBIN=${target}`, 'CGO_ENABLED=0', 'go', 'install'],
      `github.com/letsencrypt/pebble/v2/cmd/pebble@v${VERSION}`,
    ]),
  );
  await host.writeFile(`${HOME}/pebble`, await readFile(join(directory, 'pebble')), 0o755);
  await host.writeFile(`${HOME}/config.json`, JSON.stringify(CONFIGURATION));
  await host.writeFile('/etc/systemd/system/pebble.service', UNIT);
  const started = await host.exec(`cd ${HOME}
    openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 30 -subj /CN=pebble \
      -addext subjectAltName=IP:127.0.0.1 2>/dev/null
    systemctl daemon-reload && systemctl start pebble
    for _ in $(seq 300); do curl -skf ${PEBBLE_DIRECTORY} >/dev/null && exit 0; sleep 0.1; done; exit 1`);
  if (started.exitCode !== 0) throw new Error(`Pebble did not start: ${started.stderr}`);
}
