import { useEffect } from 'react';

/** Lets Escape hide a tip until the pointer or the focus goes elsewhere (WCAG 1.4.13). */
export function useTips(): void {
  useEffect(() => {
    const { classList } = document.documentElement;
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && classList.add('no-tips');
    const onMove = () => classList.remove('no-tips');
    document.addEventListener('keydown', onKey);
    document.addEventListener('mouseover', onMove);
    document.addEventListener('focusin', onMove);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('mouseover', onMove);
      document.removeEventListener('focusin', onMove);
    };
  }, []);
}
