import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createPeerAddresses,
  type PeerAddressesProps,
} from '../../../../functions/adapters/http/peer-addresses.ts';
import { createHttpProber } from '../../../../functions/adapters/http/peer-prober.ts';
import { createTcpProber } from '../../../../functions/adapters/tcp/peer-prober.ts';
import { createAuthority } from '../../../bench/chain/identity.ts';

const LOOPBACK = ['127.0.0.0/8'];
const TIMEOUT_MS = 300;

const running: (Server | TcpServer)[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server | TcpServer): Promise<number> {
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const serving = async (listener: RequestListener) => listening(createHttpServer(listener));

function proberOf(props: Partial<PeerAddressesProps> = {}, trusted?: string) {
  const addresses = createPeerAddresses({ allowedAddresses: LOOPBACK, ...props });
  return createHttpProber({ addresses, ...(trusted !== undefined && { trusted }) });
}

const probe = (port: number, path = '/') => proberOf().probe(`http://127.0.0.1:${port}${path}`, TIMEOUT_MS);

describe('a heartbeat by HTTP', () => {
  it('counts as answered with status 200, and says how long it took', async () => {
    const port = await serving((_, response) => setTimeout(() => response.end('ok'), 30));
    const result = await probe(port);
    expect(result).toMatchObject({ outcome: 'answered' });
    if (result.outcome === 'answered') expect(result.responseMs).toBeGreaterThanOrEqual(25);
  });

  it.each([204, 301, 404, 500, 503])('is missed with status %i', async (status) => {
    const port = await serving((_, response) => response.writeHead(status).end());
    expect(await probe(port)).toEqual({
      ...{ outcome: 'missed', problem: `status ${status}`, reason: `HTTP_${status}` },
    });
  });

  it('follows no redirect', async () => {
    const paths: unknown[] = [];
    const port = await serving(({ url }, response) => {
      paths.push(url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await probe(port, '/health?deep=1')).toMatchObject({ outcome: 'missed', problem: 'status 302' });
    expect(paths).toEqual(['/health?deep=1']);
  });

  it('looks at the status and leaves a body that never ends', async () => {
    let isClosed = false;
    const port = await serving((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(65_536)), 1);
      response.on('close', () => {
        isClosed = true;
        clearInterval(timer);
      });
    });
    expect(await probe(port)).toMatchObject({ outcome: 'answered' });
    await expect.poll(() => isClosed).toBe(true);
  });

  it('is missed by a peer that hangs, when its time is over', async () => {
    const port = await serving(() => undefined);
    const startMs = performance.now();
    expect(await probe(port)).toEqual({
      ...{ outcome: 'missed', problem: 'no answer in 300 ms', reason: 'NO_ANSWER' },
    });
    expect(performance.now() - startMs).toBeLessThan(TIMEOUT_MS + 200);
  });

  it('says nothing of the peer if this process had no time to see its answer', async () => {
    const port = await serving((_, response) => void setTimeout(() => response.end(), 50));
    const result = probe(port);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const untilMs = performance.now() + TIMEOUT_MS + 700;
    while (performance.now() < untilMs);
    expect(await result).toMatchObject({
      outcome: 'unchecked',
      problem: expect.stringContaining('too busy'),
    });
  });

  it('is missed by a peer that dribbles its headers', async () => {
    const port = await listening(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        const timer = setInterval(() => socket.write('X'), 20);
        socket.on('close', () => clearInterval(timer));
        socket.write('HTTP/1.1 200 OK\r\nX-');
      }),
    );
    expect(await probe(port)).toMatchObject({ outcome: 'missed' });
  });

  it('is missed by a peer that hangs up, talks nonsense or switches protocols', async () => {
    const answers = [
      '',
      'SSH-2.0-OpenSSH_9.9\r\n',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ];
    for (const answer of answers) {
      const port = await listening(
        createTcpServer((socket) => {
          socket.on('error', () => undefined);
          socket.resume();
          socket.end(answer);
        }),
      );
      expect(await probe(port)).toMatchObject({ outcome: 'missed' });
    }
  });

  it('is missed by a port that refuses, and by a name that nobody knows', async () => {
    const port = await serving((_, response) => response.end());
    await new Promise((resolve) => running.splice(0)[0]?.close(resolve));
    expect(await probe(port)).toEqual({
      ...{ outcome: 'missed', problem: 'ECONNREFUSED', reason: 'ECONNREFUSED' },
    });
    const unknown = Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
    const resolver = { resolve4: () => Promise.reject(unknown), resolve6: () => Promise.reject(unknown) };
    const prober = proberOf({ resolver: resolver as never });
    expect(await prober.probe('http://nowhere.example.com/', TIMEOUT_MS)).toEqual({
      outcome: 'missed',
      problem: 'ENOTFOUND',
      reason: 'ENOTFOUND',
    });
  });
});

/** A certificate for peer.example.com that nobody has signed but itself. */
function selfSigned(): { readonly key: string; readonly cert: string } {
  const directory = mkdtempSync(join(tmpdir(), 'selfheal-certificate-'));
  const files = { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') };
  const subject = ['-subj', '/CN=peer.example.com', '-addext', 'subjectAltName=DNS:peer.example.com'];
  const newKey = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  try {
    const output = ['-keyout', files.key, '-out', files.cert];
    execFileSync('openssl', ['req', ...newKey, ...output, ...subject], { stdio: 'ignore' });
    return { key: readFileSync(files.key, 'utf8'), cert: readFileSync(files.cert, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const hasOpenssl = spawnSync('openssl', ['version'], { stdio: 'ignore' }).status === 0;
const isRequired = process.env['SELFHEAL_REQUIRE'] === 'all';
if (!hasOpenssl) console.log('skipped: there is no openssl (required: a certificate)');

describe.skipIf(!hasOpenssl && !isRequired)('certificates', () => {
  const resolver = {
    resolve4: async () => [{ address: '127.0.0.1', ttl: 60 }],
    resolve6: async () => [],
  } as never;
  let cert = '';
  const serve = () => {
    const own = selfSigned();
    cert = own.cert;
    return listening(createHttpsServer(own, (_, response) => response.end()));
  };

  it('are verified against the name, though the connection goes to an address', async () => {
    const port = await serve();
    const prober = proberOf({ resolver }, cert);
    expect(await prober.probe(`https://peer.example.com:${port}/`, 2_000)).toMatchObject({
      outcome: 'answered',
    });
    expect(await prober.probe(`https://other.example.com:${port}/`, 2_000)).toEqual({
      outcome: 'missed',
      problem: 'ERR_TLS_CERT_ALTNAME_INVALID',
      reason: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('are a miss that says so once they have expired', async () => {
    const authority = createAuthority();
    const expired = authority.issue(Date.now() - 60_000);
    authority.close();
    const port = await listening(createHttpsServer(expired, (_, response) => response.end()));
    expect(await proberOf({}, authority.certificate).probe(`https://127.0.0.1:${port}/`, 2_000)).toEqual({
      ...{ outcome: 'missed', problem: 'CERT_HAS_EXPIRED', reason: 'CERT_HAS_EXPIRED' },
    });
  });

  it('are a miss if nobody trusts them', async () => {
    const port = await serve();
    expect(await proberOf({ resolver }).probe(`https://peer.example.com:${port}/`, 2_000)).toEqual({
      outcome: 'missed',
      problem: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });
});

describe('addresses that may not be asked', () => {
  it.each([
    'http://127.0.0.1:9/',
    'http://[::1]:9/',
    'http://localhost:9/',
    'http://169.254.169.254/',
    'http://0x7f000001/',
  ])('leave %s unchecked', async (url) => {
    expect(await proberOf({ allowedAddresses: [] }).probe(url, TIMEOUT_MS)).toMatchObject({
      outcome: 'unchecked',
    });
  });

  it('are refused behind a name, too, each time it is looked up', async () => {
    const found = ['10.0.0.5', '169.254.169.254'];
    let nowMs = 0;
    const resolver = { resolve4: async () => [{ address: found.shift(), ttl: 30 }] } as never;
    const addresses = createPeerAddresses({ allowedAddresses: [], resolver, nowMs: () => nowMs });
    expect(await addresses.addressOf('peer.example.com')).toEqual({ address: '10.0.0.5', family: 4 });
    nowMs = 29_999;
    expect(await addresses.addressOf('peer.example.com')).toEqual({ address: '10.0.0.5', family: 4 });
    nowMs = 30_000;
    await expect(addresses.addressOf('peer.example.com')).rejects.toThrow(
      'peer.example.com is at 169.254.169.254, which may not be contacted',
    );
  });

  it('take one lookup for all who ask at once, in IPv6 if there is nothing else', async () => {
    let lookups = 0;
    const none = Object.assign(new Error('queryA ENODATA'), { code: 'ENODATA' });
    const resolver = {
      resolve4: async () => {
        lookups++;
        throw none;
      },
      resolve6: async () => [{ address: '2600:1f18::1', ttl: 600 }],
    } as never;
    const addresses = createPeerAddresses({ allowedAddresses: [], resolver });
    const all = await Promise.all([1, 2, 3].map(() => addresses.addressOf('six.example.com')));
    expect(all).toEqual(Array(3).fill({ address: '2600:1f18::1', family: 6 }));
    expect(lookups).toBe(1);
  });
});

describe('a heartbeat by TCP', () => {
  const prober = createTcpProber(createPeerAddresses({ allowedAddresses: LOOPBACK }));

  it('counts as answered with an accepted connection, which is closed at once', async () => {
    let isClosed = false;
    const port = await listening(
      createTcpServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('close', () => {
          isClosed = true;
        });
        socket.resume();
      }),
    );
    expect(await prober.probe('127.0.0.1', port, TIMEOUT_MS)).toMatchObject({ outcome: 'answered' });
    await expect.poll(() => isClosed).toBe(true);
  });

  it('is missed by a port that refuses', async () => {
    const port = await listening(createTcpServer());
    await new Promise((resolve) => running.splice(0)[0]?.close(resolve));
    expect(await prober.probe('127.0.0.1', port, TIMEOUT_MS)).toEqual({
      outcome: 'missed',
      problem: 'ECONNREFUSED',
      reason: 'ECONNREFUSED',
    });
  });
});
