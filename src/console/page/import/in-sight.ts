import { useEffect, useRef } from 'react';

/** The imports whose rows are in the window. */
const inSight = new Set<string>();

/** Returns true for an import of which one sees at least a part of the row. */
export function isInSight(id: string): boolean {
  return inSight.has(id);
}

/** Returns a ref for the row of an import, and notes while it is in the window. */
export function useNotingSight(id: string) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.at(-1)!.isIntersecting) inSight.add(id);
      else inSight.delete(id);
    });
    observer.observe(row.current!);
    return () => {
      observer.disconnect();
      inSight.delete(id);
    };
  }, [id]);
  return row;
}
