/** The outcome of something that can fail in a way the caller is expected to handle. A bug is thrown instead. */
export type Result<T, E> = Ok<T> | Err<E>;

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Err<E> {
  readonly ok: false;
  readonly error: E;
}

/** Wraps a success. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

/** Wraps a foreseeable failure; `error` is a tagged object that says what happened. */
export function err<E>(error: E): Err<E> {
  return { ok: false, error };
}
