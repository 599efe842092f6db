/** A template with something that the embedded cloud does not support. */
export class UnknownResource extends Error {
  override readonly name = 'UnknownResource';
  readonly code = 'UNKNOWN_RESOURCE';
}
