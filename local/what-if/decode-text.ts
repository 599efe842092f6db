/** Bytes that are not text in any supported encoding. */
export class NotText extends Error {
  override readonly name = 'NotText';
  readonly code = 'NOT_TEXT';
}

/**
 * The text of a file in UTF-8, or in UTF-16 as PowerShell's `>` writes it; a byte order mark is removed.
 *
 * @throws NotText
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) throw new NotText('it is compressed by gzip; unpack it (`gunzip`)');
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    throw new NotText(`its bytes are not text in ${encoding.toUpperCase()}; save it as UTF-8`, {
      cause: error,
    });
  }
}

/** Decided by the mark, else by the zero bytes between plain characters. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (second === 0 && first !== 0) return 'utf-16le';
  if (first === 0 && second !== 0) return 'utf-16be';
  return 'utf-8';
}
