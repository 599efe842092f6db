/** An error that ECS answers with, by its code. */
export class EcsError extends Error {
  override readonly name = 'EcsError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
