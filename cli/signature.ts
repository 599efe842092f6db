import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CommandFailed } from './errors.ts';

/** Those whose signatures `openssl dgst -sha256 -verify` checks. */
const TYPES = ['rsa', 'ec'];

/**
 * The private key in a file.
 *
 * @throws CommandFailed if there is none that signs here
 */
export function privateKeyIn(path: string): KeyObject {
  const remedy = 'name a private key in PEM, of type RSA or EC, without a passphrase';
  let key: KeyObject;
  try {
    key = createPrivateKey(readFileSync(path));
  } catch (cause) {
    throw new CommandFailed('usage', `--sign ${path}: ${(cause as Error).message}; ${remedy}`, { cause });
  }
  const type = key.asymmetricKeyType ?? 'unknown';
  if (!TYPES.includes(type))
    throw new CommandFailed('usage', `--sign ${path}: a key of type ${type}; ${remedy}`);
  return key;
}

/** The signature over the SHA-256 of a text in UTF-8, as `openssl dgst -sha256 -sign` writes it. */
export function signatureOf(text: string, key: KeyObject): Buffer {
  return sign('sha256', Buffer.from(text), key);
}
