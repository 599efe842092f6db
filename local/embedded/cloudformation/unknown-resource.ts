/** A template with something in it that the embedded cloud does not know. */
export class UnknownResource extends Error {
  override readonly name = 'UnknownResource';
  readonly code = 'UNKNOWN_RESOURCE';
}
