import { useEffect, useState } from 'preact/hooks';

/**
 * How many of `total` items to render: `first` at once, then more in each pause of the browser, so that a list
 * of thousands never holds up a frame.
 */
export function useGradually(total: number, first: number, step: number): number {
  const [shown, setShown] = useState(first);
  useEffect(() => {
    if (shown >= total) return undefined;
    const more = (): void => setShown((before) => before + step);
    if (typeof requestIdleCallback === 'function') {
      const id = requestIdleCallback(more, { timeout: 200 });
      return () => cancelIdleCallback(id);
    }
    const id = setTimeout(more, 30);
    return () => clearTimeout(id);
  }, [shown, total, step]);
  return Math.min(shown, total);
}
