import { durationMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, RetryInfoSchema } from './generated/google/rpc/error_details_pb.ts';

/** A failure as a person is told of it. */
export interface Failure {
  readonly title: string;
  readonly message: string;
  /** The server's stable name for it. */
  readonly reason?: string | undefined;
  /** The server asks to wait so long before the next try. */
  readonly retryAfterMs?: number | undefined;
  /** The same call may succeed later. */
  readonly mayPass: boolean;
}

const TITLES: Partial<Record<Code, string>> = {
  [Code.InvalidArgument]: 'The server cannot take this',
  [Code.FailedPrecondition]: 'Not just now',
  [Code.NotFound]: 'Not there any more',
  [Code.ResourceExhausted]: 'The server is busy',
  [Code.Unavailable]: 'The server is not available',
  [Code.DeadlineExceeded]: 'It took too long',
  [Code.Unauthenticated]: 'Not allowed in',
};

/** A failure that the page has found by itself. */
export class PageError extends Error {
  constructor(
    readonly title: string,
    message: string,
  ) {
    super(message);
  }
}

export function explain(error: unknown): Failure {
  if (error instanceof PageError) {
    return { title: error.title, message: error.message, mayPass: false };
  }
  if (isBroken(error)) {
    return { title: 'No connection', message: 'The server cannot be reached. Is it running, and is this device online?', mayPass: true };
  }
  const failure = ConnectError.from(error);
  const delay = failure.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return {
    title: TITLES[failure.code] ?? 'Something went wrong',
    message: failure.rawMessage,
    reason: reasonOf(failure),
    retryAfterMs: delay && durationMs(delay),
    mayPass: failure.code !== Code.InvalidArgument && failure.code !== Code.NotFound,
  };
}

/** ErrorInfo.reason: every error of the server has one. */
export const reasonOf = (error: unknown): string | undefined =>
  error instanceof ConnectError ? error.findDetails(ErrorInfoSchema)[0]?.reason : undefined;

/** The connection failed, not the call. */
export const isBroken = (error: unknown): boolean =>
  error instanceof ConnectError && error.code !== Code.Canceled && reasonOf(error) === undefined;

/** Asking again may help: nothing was decided about the call itself. */
export const isTransient = (error: unknown): boolean =>
  isBroken(error) || (error instanceof ConnectError && error.code === Code.Unavailable);

/** The server has not got the picture any more. */
export const isPictureLost = (error: unknown): boolean => ['IMAGE_GONE', 'IMAGE_NOT_FOUND'].includes(reasonOf(error) ?? '');

/** What the call was about is not there. */
export const isGone = (error: unknown): boolean => error instanceof ConnectError && error.code === Code.NotFound;
