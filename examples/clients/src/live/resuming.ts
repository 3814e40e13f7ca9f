interface Payload {
  query: string;
  variables?: Record<string, unknown> | null;
}

interface Result {
  data?: unknown;
}

interface Sink<R> {
  next(result: R): void;
  error(error: unknown): void;
  complete(): void;
}

/**
 * Returns a `subscribe` whose subscriptions go on after a broken connection behind the last change that came, so that no
 * change is lost. Both libraries send the variables again when they connect again.
 */
export function resuming<P extends Payload, R extends Result>(
  subscribe: (payload: P, sink: Sink<R>) => () => void,
): (payload: P, sink: Sink<R>) => () => void {
  return (payload, sink) => {
    const variables = { ...payload.variables };
    return subscribe(
      { ...payload, variables },
      {
        next(result) {
          const { imageChanged } = (result.data ?? {}) as { imageChanged?: { cursor?: string } };
          if (imageChanged?.cursor) variables.after = imageChanged.cursor;
          sink.next(result);
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      },
    );
  };
}
