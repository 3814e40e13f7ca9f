import { useSyncExternalStore } from 'react';

/** A value that outlives the screens that show it. */
export interface Store<Value> {
  get(): Value;
  set(value: Value): void;
  /** Returns the value, and draws anew when it changes. */
  use(): Value;
}

export function store<Value>(initial: Value): Store<Value> {
  const listeners = new Set<() => void>();
  let current = initial;
  const get = () => current;
  const listen = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    set(value) {
      current = value;
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(listen, get),
  };
}
