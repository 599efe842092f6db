import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandFailed } from '../../../cli/errors.ts';
import { privateKeyIn, signatureOf } from '../../../cli/signature.ts';

const run = promisify(execFile);
const TEXT = '{"kind":"export"}\n{"kind":"refusal","detail":"naïve"}\n';

describe('the signature of an export', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-signature-'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  const fileOf = async (name: string, content: string | Buffer) => {
    const path = join(directory, name);
    await writeFile(path, content);
    return path;
  };
  const keys = {
    RSA: () =>
      generateKeyPairSync('rsa', {
        modulusLength: 2_048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }),
    EC: () =>
      generateKeyPairSync('ec', {
        namedCurve: 'prime256v1',
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      }),
  } as const;

  it.each(['RSA', 'EC'] as const)(
    'is accepted by openssl for an %s key, and for no other text',
    async (type) => {
      const { privateKey, publicKey } = keys[type]();
      const publicPath = await fileOf(`${type}-public.pem`, publicKey);
      const key = privateKeyIn(await fileOf(`${type}.pem`, privateKey));
      const signature = await fileOf(`${type}.sig`, signatureOf(TEXT, key));
      const verify = async (text: string) =>
        await run('openssl', [
          ...['dgst', '-sha256', '-verify', publicPath, '-signature', signature],
          await fileOf('audit.jsonl', text),
        ]);
      expect((await verify(TEXT)).stdout).toBe('Verified OK\n');
      await expect(verify(TEXT.replace('refusal', 'Refusal'))).rejects.toMatchObject({
        stdout: expect.stringContaining('Verification failure'),
      });
    },
  );

  it.each([
    ['a public key', () => keys.EC().publicKey],
    ['text', () => 'no key'],
    [
      'a key with a passphrase',
      () =>
        generateKeyPairSync('ec', {
          namedCurve: 'prime256v1',
          publicKeyEncoding: { type: 'spki', format: 'pem' },
          privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
        }).privateKey,
    ],
    [
      'a key that openssl dgst does not check',
      () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ],
  ])('is refused with %s in place of a key, and says what is wanted', async (_, content) => {
    const path = await fileOf('wrong.pem', content());
    expect(() => privateKeyIn(path)).toThrow(CommandFailed);
    expect(() => privateKeyIn(path)).toThrow('of type RSA or EC, without a passphrase');
  });
});
